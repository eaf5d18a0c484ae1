# How long other programs take to fit the same model, once per line of output.
#
#   Rscript peers.R data.csv engine repeats
#
# data.csv has columns g, x, p (the mediator as a predictor), m and y. engine is lme4 (two separate
# fits), nlme or glmmTMB (one joint fit of stacked rows), or lavaan (two-level model with latent means,
# without random slopes; full information where values are missing). Only the fit is timed; the data are in memory.
# Each line is {"seconds": ..., "loglik": ...}; the first is {"version": ...}. Maximum likelihood.

arguments <- commandArgs(TRUE)
engine <- arguments[2]
repeats <- as.integer(arguments[3])
d <- read.csv(arguments[1])
d$g <- factor(d$g)

say <- function(name, value) {
  number <- if (is.finite(value)) sprintf("%.9g", value) else "null"
  cat(sprintf("{\"seconds\": %.6f, \"loglik\": %s}\n", name, number))
  flush(stdout())
}

stacked <- function(d) {
  n <- nrow(d)
  is_m <- rep(c(1, 0), each = n)
  is_y <- 1 - is_m
  x <- rep(d$x, 2)
  data.frame(
    g = rep(d$g, 2), z = c(d$m, d$y), which = factor(rep(c("m", "y"), each = n)),
    im = is_m, iy = is_y, mx = is_m * x, yp = is_y * rep(d$p, 2), yx = is_y * x
  )
}

fits <- list(
  lme4 = function() {
    m <- lme4::lmer(m ~ x + (1 + x | g), d, REML = FALSE)
    y <- lme4::lmer(y ~ p + x + (1 + p + x | g), d, REML = FALSE)
    as.numeric(logLik(m)) + as.numeric(logLik(y))
  },
  nlme = function() {
    fit <- nlme::lme(
      z ~ 0 + im + mx + iy + yp + yx, s, ~ 0 + im + mx + iy + yp + yx | g,
      weights = nlme::varIdent(form = ~ 1 | which), method = "ML",
      control = nlme::lmeControl(
        opt = "nlminb", maxIter = 200, msMaxIter = 500, returnObject = TRUE
      )
    )
    as.numeric(logLik(fit))
  },
  glmmTMB = function() {
    fit <- glmmTMB::glmmTMB(
      z ~ 0 + im + mx + iy + yp + yx + (0 + im + mx + iy + yp + yx | g), s,
      dispformula = ~ 0 + which
    )
    as.numeric(logLik(fit))
  },
  lavaan = function() {
    fit <- lavaan::sem(
      "level: 1
        m ~ x
        y ~ m + x
      level: 2
        m ~ x
        y ~ m + x",
      d, cluster = "g", fixed.x = FALSE, missing = if (anyNA(d)) "ml" else "listwise"
    )
    as.numeric(lavaan::fitMeasures(fit, "logl"))
  }
)

s <- if (engine %in% c("lme4", "lavaan")) NULL else stacked(d)
suppressPackageStartupMessages(loadNamespace(engine))
cat(sprintf("{\"version\": \"%s\"}\n", as.character(packageVersion(engine))))
flush(stdout())
for (i in seq_len(repeats)) {
  started <- proc.time()[["elapsed"]]
  loglik <- suppressWarnings(suppressMessages(fits[[engine]]()))
  say(proc.time()[["elapsed"]] - started, loglik)
}
