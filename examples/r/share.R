# The share of a category of enterprises in the newest edition, with its interval, in base R:
#
#     Rscript examples/r/share.R "text mining" small [path/to/release]
#
# An indicator is found by its whole label, a size class or sector by how its label begins, in
# Dutch or English, in upper or lower case.

# A file that is not read whole, for example in a locale without UTF-8, is an error.
options(warn = 2)

# A mart from its CSV file in Dutch format: codes stay text, numbers become numbers.
read_mart <- function(release, name) {
  file <- file.path(release, "public", "csv", paste0(name, ".csv"))
  mart <- read.csv2(file, fileEncoding = "UTF-8-BOM", colClasses = "character", na.strings = "")
  numeric <- grepl("_(pct|count)$|^edition$|^sort_order$", names(mart))
  mart[numeric] <- lapply(mart[numeric], function(cells) as.numeric(sub(",", ".", cells)))
  mart
}

# The rows of a list of codes whose label, in either language, is or begins with a text.
labelled <- function(list, text, whole = FALSE) {
  fits <- function(label) if (whole) tolower(label) == tolower(text) else
    startsWith(tolower(label), tolower(text))
  list[fits(list$label_nl) | fits(list$label_en), ]
}

# An estimate as it may be quoted: no number where it is unreliable or withheld.
sentence <- function(row) {
  what <- sprintf("%d (%s data), %s, %s, base %s:", as.integer(row$edition), row$status,
                  row$category_label, row$indicator_label, row$base_id)
  if (is.na(row$estimate_pct)) return(paste(what, "withheld"))
  if (row$obs_status == "U") return(paste(what, "low reliability, not to be quoted"))
  sprintf("%s %.1f %% (95 %% interval %.1f to %.1f)", what, row$estimate_pct, row$ci_lower_pct,
          row$ci_upper_pct)
}

arguments <- commandArgs(trailingOnly = TRUE)
if (!length(arguments) %in% 2:3) stop("Rscript share.R <indicator> <category> [release]")
release <- if (length(arguments) == 3) arguments[3] else "release"

editions <- read_mart(release, "dim_editions")[c("edition", "status")]
indicators <- labelled(read_mart(release, "dim_indicators"), arguments[1], whole = TRUE)
categories <- labelled(read_mart(release, "dim_categories"), arguments[2])

found <- read_mart(release, "fct_estimates")
found <- found[found$edition == max(editions$edition), ]
found <- merge(found, editions)
found <- merge(found, data.frame(indicator_id = indicators$indicator_id,
                                 indicator_label = indicators$label_en))
found <- merge(found, data.frame(domain = categories$domain, category = categories$category,
                                 category_label = categories$label_en))
if (!nrow(found)) stop("no estimate of the newest edition has these labels")
for (i in seq_len(nrow(found))) cat(sentence(found[i, ]), "\n", sep = "")
