# What R's survey computes of differences of two estimates of one design, over the four designs
# beside this file: of two categories, of a category and all others or the total, of two measures
# on one base, of one measure on two bases, and of two net effects. Writes contrasts.csv. Each is
# `svycontrast` of what is named in `with`; totals with a stratum of one under "adjust", which
# survey centres at 0 up to 4.1 and at the mean by 4.5, are left out, and so is a domain without
# respondents.
#
#   cd tests/reference/survey && Rscript contrasts.R        (Debian: r-cran-survey)
suppressPackageStartupMessages(library(survey))

digits <- function(number) formatC(number, digits = 17, format = "g")

rows <- list()
add <- function(with, item, domain, other_item, other_domain, found) {
  rows[[length(rows) + 1]] <<- data.frame(
    lonely = lonely, fpc = fpc, design = name, with = with, item = item, domain = domain,
    other_item = other_item, other_domain = other_domain,
    est = digits(as.vector(coef(found))), se = digits(as.vector(SE(found)))
  )
}

for (name in c("base", "lonely", "census", "empty")) {
  data <- read.csv(paste0(name, ".csv"))
  data$q01_of_q02 <- data$q01 * data$q02
  data$net <- data$q01 - data$q02
  data$other_net <- data$q03 - data$rare
  has_one <- any(table(data$stratum) == 1)
  for (lonely in if (has_one) c("adjust", "remove") else "adjust") {
    for (fpc in c(TRUE, FALSE)) {
      options(survey.lonely.psu = lonely)
      design <- svydesign(
        ids = ~1, strata = ~stratum, weights = ~w, data = data, fpc = if (fpc) ~N_h else NULL
      )
      # Two measures, and two net effects, on one base: of all, and of each size.
      for (pair in list(c("q01", "q02"), c("q02", "q03"), c("q01", "rare"), c("net", "other_net"))) {
        found <- svymean(reformulate(pair), design)
        add("svymean", pair[1], "true", pair[2], "true", svycontrast(found, c(1, -1)))
        for (reported in unique(data$size_obs)) {
          inside <- design[design$variables$size_obs == reported, ]
          where <- paste0("size_obs = '", reported, "'")
          found <- svymean(reformulate(pair), inside)
          add("svymean", pair[1], where, pair[2], where, svycontrast(found, c(1, -1)))
        }
      }
      # Two categories: of sizes of the frame, which share no stratum, and of sizes as reported,
      # which do; of one measure, and of a net effect.
      for (item in c("q01", "net")) {
        for (column in c("size", "size_obs")) {
          found <- svyby(reformulate(item), reformulate(column), design, svymean, covmat = TRUE)
          names <- rownames(found)
          for (place in 2:length(names)) {
            weights <- replace(numeric(length(names)), c(1, place), c(1, -1))
            add(
              "svyby", item, paste0(column, " = '", names[1], "'"),
              item, paste0(column, " = '", names[place], "'"), svycontrast(found, weights)
            )
          }
        }
      }
      # A category and all others.
      for (sector in unique(data$nace)) {
        design$variables$is_inside <- design$variables$nace == sector
        found <- svyby(~q01, ~is_inside, design, svymean, covmat = TRUE)
        add(
          "svyby", "q01", paste0("nace = '", sector, "'"),
          "q01", paste0("nace != '", sector, "'"), svycontrast(found, c(-1, 1))
        )
      }
      # One measure on two bases that share nobody.
      found <- svyby(~q03, ~q01, design, svymean, covmat = TRUE)
      add("svyby", "q03", "q01 = '1'", "q03", "q01 = '0'", svycontrast(found, c(-1, 1)))
      # A category and the total, and one measure on two bases that share some: a difference of
      # ratios of totals.
      if (lonely == "adjust" && has_one) next
      for (sector in unique(data$nace)) {
        inside <- as.numeric(design$variables$nace == sector)
        design$variables$in_sum <- inside * design$variables$q02
        design$variables$in_base <- inside
        design$variables$one <- 1
        found <- svytotal(~in_sum + in_base + q02 + one, design)
        add(
          "svytotal", "q02", paste0("nace = '", sector, "'"), "q02", "true",
          svycontrast(found, quote(in_sum / in_base - q02 / one))
        )
      }
      found <- svytotal(~q01_of_q02 + q02 + q01 + one, design)
      add(
        "svytotal", "q01", "q02 = '1'", "q01", "true",
        svycontrast(found, quote(q01_of_q02 / q02 - q01 / one))
      )
    }
  }
}
write.csv(do.call(rbind, rows), "contrasts.csv", row.names = FALSE, quote = FALSE)
