"""The statistics of the survey in Python: imputation and its replicates, quantiles, disclosure."""
