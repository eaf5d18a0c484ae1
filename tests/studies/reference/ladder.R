# Reference numbers for mw.ladder: run here as `Rscript ladder.R`; writes ladder.json.
# Group-mean centring, equations fitted separately (lme4): the joint log-likelihood is the sum.
# Deviations alone, all random effects correlated (nlme): both equations stacked in one fit.
# p-values of random slopes: half of each of two chi-squares (Stram & Lee 1994).
suppressPackageStartupMessages({library(lme4); library(nlme); library(jsonlite)})
d <- read.csv(file.path("..", "..", "..", "medwidget", "datasets", "files", "bpg.csv"))
gm <- function(v) ave(v, d$id)
d$xb <- gm(d$x); d$xw <- d$x - d$xb; d$mb <- gm(d$m); d$mw <- d$m - d$mb

fit <- function(f) {
  control <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-9, maxfun = 20000),
                         calc.derivs = FALSE, check.conv.singular = "ignore")
  lmer(f, d, REML = FALSE, control = control)
}
mixture <- function(lr, q) (pchisq(lr, q, lower.tail = FALSE) +
                            pchisq(lr, q + 1, lower.tail = FALSE)) / 2
m0 <- fit(m ~ 1 + (1 | id)); y0 <- fit(y ~ 1 + (1 | id))
yt <- fit(y ~ xw + xb + (1 | id))
ma <- fit(m ~ xw + xb + (1 | id))
yb <- fit(y ~ xw + xb + mw + mb + (1 | id))
mar <- fit(m ~ xw + xb + (xw | id))
ybr <- fit(y ~ xw + xb + mw + mb + (mw | id))
ydr <- fit(y ~ xw + xb + mw + mb + (mw + xw | id))
pairs <- list(null = list(m0, y0), total = list(m0, yt), mediator = list(ma, yt),
              fixed = list(ma, yb), `slope[a]` = list(mar, yb), `slope[b]` = list(mar, ybr),
              `slope[direct]` = list(mar, ydr))
loglik <- vapply(pairs, function(p) as.numeric(logLik(p[[1]]) + logLik(p[[2]])), 0)
npar <- vapply(pairs, function(p) attr(logLik(p[[1]]), "df") + attr(logLik(p[[2]]), "df"), 0)
lr <- c(NA, 2 * diff(loglik)); df <- c(NA, diff(npar))
p <- pchisq(lr, df, lower.tail = FALSE)
p[5:7] <- mixture(lr[5:7], df[5:7] - 1)
anovas <- list(total = anova(y0, yt), mediator = anova(m0, ma), fixed = anova(yt, yb),
               `slope[a]` = anova(ma, mar), `slope[b]` = anova(yb, ybr),
               `slope[direct]` = anova(ybr, ydr))
by_equation <- list(loglik = as.list(loglik), npar = as.list(npar), p = as.list(setNames(p, names(loglik))),
  lr_anova = lapply(anovas, function(a) a$Chisq[2]), p_anova = lapply(anovas, function(a) a[2, "Pr(>Chisq)"]),
  aic = as.list(-2 * loglik + 2 * npar), bic = as.list(-2 * loglik + npar * log(nrow(d))))

s <- rbind(data.frame(id = d$id, v = d$m, M = 1, Y = 0, xw = d$xw, mw = 0),
           data.frame(id = d$id, v = d$y, M = 0, Y = 1, xw = d$xw, mw = d$mw))
s$which <- factor(s$M)
stack <- function(fixed, random) lme(fixed, random = list(id = pdSymm(random)), data = s, method = "ML",
  weights = varIdent(form = ~ 1 | which),
  control = lmeControl(maxIter = 500, msMaxIter = 1000, msMaxEval = 5000, tolerance = 1e-10,
                       msTol = 1e-11, niterEM = 50))
stacked <- list(
  null = stack(v ~ 0 + M + Y, ~ 0 + M + Y),
  total = stack(v ~ 0 + M + Y + Y:xw, ~ 0 + M + Y),
  mediator = stack(v ~ 0 + M + Y + Y:xw + M:xw, ~ 0 + M + Y),
  fixed = stack(v ~ 0 + M + Y + Y:xw + M:xw + Y:mw, ~ 0 + M + Y),
  `slope[a]` = stack(v ~ 0 + M + Y + Y:xw + M:xw + Y:mw, ~ 0 + M + Y + M:xw),
  `slope[b]` = stack(v ~ 0 + M + Y + Y:xw + M:xw + Y:mw, ~ 0 + M + Y + M:xw + Y:mw))
loglik <- vapply(stacked, function(f) as.numeric(logLik(f)), 0)
npar <- vapply(stacked, function(f) attr(logLik(f), "df"), 0)
lr <- c(NA, 2 * diff(loglik)); df <- c(NA, diff(npar))
p <- pchisq(lr, df, lower.tail = FALSE); p[5:6] <- mixture(lr[5:6], df[5:6] - 1)
joint <- list(loglik = as.list(loglik), npar = as.list(npar), p = as.list(setNames(p, names(loglik))))
write(toJSON(list(by_equation = by_equation, joint = joint,
  versions = paste(R.version.string, "lme4", packageVersion("lme4"), "nlme", packageVersion("nlme"))),
  auto_unbox = TRUE, digits = I(12), pretty = TRUE, na = "null"), "ladder.json")
