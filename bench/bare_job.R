# The bare statistical job in R, to time beside `dbt build`: the newest edition is read, its blanks
# filled by VIM's hot deck within strata, weighted, and every answer code estimated with its
# standard error in total, by sector and by size class. No check, no derived question, no report.
#
#   time Rscript bench/bare_job.R        (Debian: r-cran-vim, r-cran-survey)
#
# With a number, the first so many questions alone.
suppressPackageStartupMessages({library(VIM); library(survey)})

seed <- function(name) {
  read.csv(file.path("seeds", "reference", paste0(name, ".csv")), colClasses = "character")
}
newest <- max(seed("editions")$edition)
raw <- function(entity) {
  file <- sprintf("seeds/raw/raw_%s_%s.csv", entity, newest)
  read.csv(file, colClasses = "character", na.strings = "")
}
sample <- raw("sample")
responses <- raw("responses")
questions <- subset(seed("questions"), edition == newest)$column_name

# Usable: of the enterprise that was invited, with an answer, the fullest of each enterprise.
responses <- responses[responses$invited_enterprise_number == responses$enterprise_number, ]
answered <- rowSums(!is.na(responses[questions]))
responses <- responses[order(-answered), ][sort(-answered) < 0, ]
responses <- responses[!duplicated(responses$enterprise_number), ]
wanted <- commandArgs(trailingOnly = TRUE)
if (length(wanted)) questions <- head(questions, as.integer(wanted))

# The longest prefix of a NACE code says the sector.
data <- merge(responses, sample[c("enterprise_number", "nace_code", "employee_count")])
nace <- seed("sector_nace")
for (prefix in nace$nace_prefix[order(nchar(nace$nace_prefix))]) {
  data$sector[startsWith(data$nace_code, prefix)] <- nace$sector_code[nace$nace_prefix == prefix][1]
}
sizes <- seed("size_classes")
data$size <- cut(
  as.integer(data$employee_count), c(as.integer(sizes$employee_count_min), Inf),
  labels = sizes$size_class_code, right = FALSE
)
population <- subset(seed("population"), edition == newest)
data$stratum <- paste(data$sector, data$size)
counts <- setNames(as.integer(population$population_count),
                   paste(population$sector_code, population$size_class_code))
data$population <- counts[data$stratum]
data[questions] <- lapply(data[questions], factor)

set.seed(1)
data <- hotdeck(data, variable = questions, domain_var = "stratum", imp_var = FALSE)
design <- svydesign(~1, strata = ~stratum, fpc = ~population, data = data)
rows <- 0
for (question in questions[sapply(data[questions], nlevels) > 1]) {
  formula <- reformulate(question)
  rows <- rows + length(SE(svymean(formula, design)))
  for (domain in c("sector", "size")) {
    rows <- rows + length(unlist(SE(svyby(formula, reformulate(domain), design, svymean))))
  }
}
cat(nrow(data), "responses,", length(questions), "questions,", rows, "estimates with standard error\n")
