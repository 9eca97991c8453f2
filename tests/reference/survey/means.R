# What R's survey computes of measures that are no shares: a net effect (q01 less q02: -1, 0 or 1)
# and the codes of q41 (a to d as 1 to 4) among q01 = 1, as means and as totals, over the four
# designs beside this file. Writes means.csv. Left out: totals with a stratum of one under "adjust",
# which survey centres at 0 up to 4.1 and at the mean, as reference.csv has it, by 4.5.
#
#   cd tests/reference/survey && Rscript means.R        (Debian: r-cran-survey)
suppressPackageStartupMessages(library(survey))

digits <- function(number) formatC(number, digits = 17, format = "g")

rows <- list()
for (name in c("base", "lonely", "census", "empty")) {
  data <- read.csv(paste0(name, ".csv"))
  data$net <- data$q01 - data$q02
  data$code <- match(data$q41, letters[1:4])
  for (lonely in c("adjust", "remove", "certainty")) {
    for (fpc in c(TRUE, FALSE)) {
      options(survey.lonely.psu = lonely)
      design <- svydesign(
        ids = ~1, strata = ~stratum, weights = ~w, data = data, fpc = if (fpc) ~N_h else NULL
      )
      for (item in c("net", "code")) {
        asked <- if (item == "net") design else subset(design, q01 == 1)
        domains <- rbind(
          data.frame(dtype = "all", dom = ""),
          do.call(rbind, lapply(c("nace", "size", "size_obs"), function(type) {
            data.frame(dtype = type, dom = sort(unique(data[[type]])))
          }))
        )
        for (place in seq_len(nrow(domains))) {
          domain <- domains[place, ]
          inside <- asked
          if (domain$dtype != "all") {
            inside <- asked[asked$variables[[domain$dtype]] == domain$dom, ]
          }
          if (nrow(inside$variables) == 0) next
          formula <- as.formula(paste0("~", item))
          for (stat in c("mean", "total")) {
            if (stat == "total" && lonely == "adjust" && any(table(data$stratum) == 1)) next
            found <- (if (stat == "mean") svymean else svytotal)(formula, inside)
            rows[[length(rows) + 1]] <- data.frame(
              lonely = lonely, fpc = fpc, design = name, stat = stat, item = item,
              dtype = domain$dtype, dom = domain$dom, est = digits(as.vector(coef(found))),
              se = digits(as.vector(SE(found))), df = degf(inside)
            )
          }
        }
      }
    }
  }
}
write.csv(do.call(rbind, rows), "means.csv", row.names = FALSE, quote = FALSE)
