"""Log-likelihoods of two-level models with random slopes on latent parts, by dense integration.

What 12_random_slopes_dense.py uses; numpy alone, and nothing of medwidget.
"""

import numpy as np

DRAWS, BATCH = 1_000_000, 100_000


class System:
    """A case: names, systems, and values of the parameters.

    within: {name: (part between groups or None, mean)}; `paths` gives the coefficients of the within
    system, either numbers or names of slopes. between: names of the elements of B, slopes last.
    """

    def __init__(self, within, between, slopes, mean, paths_between, psi_between, paths_within,
                 psi_within, group=()):
        self.within, self.between, self.slopes, self.group = within, between, slopes, group
        b, w = len(between), len(within)
        at = {name: i for i, name in enumerate(between)}
        gamma, psi = np.zeros((b, b)), np.zeros((b, b))
        for (target, source), value in paths_between.items():
            gamma[at[target], at[source]] = value
        for (one, other), value in psi_between.items():
            psi[at[one], at[other]] = psi[at[other], at[one]] = value
        assert np.linalg.eigvalsh(psi).min() > 0
        inverse = np.linalg.inv(np.eye(b) - gamma)
        self.mean_b = inverse @ np.array([mean.get(name, 0.0) for name in between])
        self.cov_b = inverse @ psi @ inverse.T
        names = list(within)
        self.psi_w = np.zeros((w, w))
        for (one, other), value in psi_within.items():
            i, k = names.index(one), names.index(other)
            self.psi_w[i, k] = self.psi_w[k, i] = value
        self.paths_within = {(names.index(t), names.index(s)): v for (t, s), v in paths_within.items()}
        # V = mean + load @ B + W
        self.load, self.mean_w = np.zeros((w, b)), np.zeros(w)
        for i, (part, value) in enumerate(within.values()):
            self.mean_w[i] = value
            if part is not None:
                self.load[i, at[part]] = 1.0
        self.at = at

    def sigma_within(self, slopes):
        """Covariance matrices (G, w, w) of W at slopes (G, d)."""
        w = len(self.within)
        gamma = np.zeros((len(slopes), w, w))
        for (target, source), value in self.paths_within.items():
            if isinstance(value, str):
                gamma[:, target, source] = slopes[:, self.slopes.index(value)]
            else:
                gamma[:, target, source] = value
        inverse = np.linalg.inv(np.eye(w) - gamma)
        return inverse @ self.psi_w @ inverse.transpose(0, 2, 1)


def tensor(mean, covariance, reach, step):
    """Nodes (G, d) and logarithms of weights of a trapezoid rule for a Gaussian."""
    d = len(mean)
    line = np.arange(-round(reach / step), round(reach / step) + 1) * step
    z = np.stack(np.meshgrid(*[line] * d, indexing="ij"), -1).reshape(-1, d)
    inside = (z**2).sum(1) <= reach**2
    z = z[inside]
    weights = d * (np.log(step) - 0.5 * np.log(2 * np.pi)) - 0.5 * (z**2).sum(1)
    return mean + z @ np.linalg.cholesky(covariance).T, weights


def conditional(mean, covariance, given, values):
    """Gaussian of the other elements at values (G, k) of some: means (G, m) and one covariance."""
    rest = [i for i in range(len(mean)) if i not in given]
    solve = np.linalg.solve(covariance[np.ix_(given, given)], covariance[np.ix_(given, rest)]).T
    means = mean[rest] + (values - mean[given]) @ solve.T
    return rest, means, covariance[np.ix_(rest, rest)] - solve @ covariance[np.ix_(given, rest)]


def gaussian(values, means, covariances):
    """Log densities (G,) of one vector at means (G, k) and covariances (G, k, k)."""
    root = np.linalg.cholesky(covariances)
    z = np.linalg.solve(root, (values - means)[..., None])[..., 0]
    logdet = 2 * np.log(np.einsum("...ii->...i", root)).sum(-1)
    return -0.5 * (values.size * np.log(2 * np.pi) + logdet + (z**2).sum(-1))


def log_sum(terms):
    top = terms.max()
    return top + np.log(np.exp(terms - top).sum())


def by_slopes(system, rows, group_values, reach, step):
    """Log-likelihood of one group. rows (n, w) with NaN for holes."""
    places = [system.at[name] for name in system.slopes]
    slopes, weights = tensor(system.mean_b[places], system.cov_b[np.ix_(places, places)], reach, step)
    rest, means, cov = conditional(system.mean_b, system.cov_b, places, slopes)
    n = len(rows)
    load = np.concatenate([np.tile(system.load[:, rest], (n, 1)),
                           np.eye(len(system.between))[[system.at[g] for g in system.group]][:, rest]])
    values = np.concatenate([rows.reshape(-1), group_values])
    shift = np.concatenate([np.tile(system.mean_w, n), np.zeros(len(group_values))])
    seen = ~np.isnan(values)
    load, values, shift = load[seen], values[seen], shift[seen]
    terms = []
    w = rows.shape[1]
    for start in range(0, len(slopes), 20_000):
        some = slice(start, start + 20_000)
        sigma = system.sigma_within(slopes[some])
        big = np.zeros((len(sigma), n * w + len(group_values), n * w + len(group_values)))
        for i in range(n):
            big[:, i * w : (i + 1) * w, i * w : (i + 1) * w] = sigma
        big = big[:, seen][:, :, seen] + load @ cov @ load.T
        terms.append(gaussian(values, shift + means[some] @ load.T, big) + weights[some])
    return log_sum(np.concatenate(terms))


def by_parts(system, parts, rows, group_values, reach, step):
    """Log-likelihood of one group from a grid over the latent parts of the slopes' predictors.

    Given these parts, predictors less their parts are known, and every residual of a row is linear in
    the rest of B. No value may be missing.
    """
    known = [system.at[name] for name in system.group]
    base = 0.0
    mean, cov, names = system.mean_b, system.cov_b, list(system.between)
    if known:
        base = gaussian(group_values, mean[known][None], cov[np.ix_(known, known)][None])[0]
        rest, means, cov = conditional(mean, cov, known, group_values[None])
        mean, names = means[0], [names[i] for i in rest]
    places = [names.index(part) for part in parts]
    nodes, weights = tensor(mean[places], cov[np.ix_(places, places)], reach, step)
    rest, means, cov = conditional(mean, cov, places, nodes)
    fixed = {part: nodes[:, k] for k, part in enumerate(parts)}
    others = [names[i] for i in rest]
    n, w = rows.shape
    labels = list(system.within)
    # residual of variable i: (V_i - mean - B_i) - Σ coefficient (V_k - mean - B_k)
    value, load = np.zeros((len(nodes), n, w)), np.zeros((len(nodes), n, w, len(others)))

    def add(i, factor_value, part):
        """Take factor times the latent part from the residual of i."""
        if part is None:
            return
        if part in fixed:
            value[:, :, i] -= factor_value * fixed[part][:, None]
        elif part in others:
            load[:, :, i, others.index(part)] += factor_value
        else:
            value[:, :, i] -= factor_value * group_values[system.group.index(part)]

    for i, label in enumerate(labels):
        value[:, :, i] += rows[:, i] - system.mean_w[i]
        add(i, 1.0, system.within[label][0])
    for (i, k), coefficient in system.paths_within.items():
        part = system.within[labels[k]][0]
        if isinstance(coefficient, str):
            deviation = np.broadcast_to(rows[:, k] - system.mean_w[k], (len(nodes), n))
            if part is not None:
                deviation = deviation - fixed[part][:, None]
            load[:, :, i, others.index(coefficient)] += deviation
        else:
            value[:, :, i] -= coefficient * (rows[:, k] - system.mean_w[k])
            add(i, -coefficient, part)
    value = value.reshape(len(nodes), -1)
    load = load.reshape(len(nodes), n * w, -1)
    terms = []
    for start in range(0, len(nodes), 20_000):
        some = slice(start, start + 20_000)
        big = np.kron(np.eye(n), system.psi_w) + load[some] @ cov @ load[some].transpose(0, 2, 1)
        terms.append(gaussian(np.zeros(n * w) , (load[some] @ means[some][..., None])[..., 0]
                              - value[some], big) + weights[some])
    return base + log_sum(np.concatenate(terms))


def by_draws(system, rows, group_values, rng):
    """Log-likelihood of one group and its standard error, from draws of everything in B."""
    known = [system.at[name] for name in system.group]
    known = [k for k, v in zip(known, group_values, strict=True) if not np.isnan(v)]
    seen_values = group_values[~np.isnan(group_values)]
    base, mean, cov, rest = 0.0, system.mean_b, system.cov_b, list(range(len(system.between)))
    if known:
        base = gaussian(seen_values, mean[known][None], cov[np.ix_(known, known)][None])[0]
        rest, means, cov = conditional(mean, cov, known, seen_values[None])
        mean = means[0]
    root = np.linalg.cholesky(cov)
    terms = []
    for _ in range(DRAWS // BATCH):
        drawn = np.zeros((BATCH, len(system.between)))
        drawn[:, known] = seen_values
        drawn[:, rest] = mean + rng.standard_normal((BATCH, len(rest))) @ root.T
        sigma = system.sigma_within(drawn[:, [system.at[name] for name in system.slopes]])
        centre = system.mean_w + drawn @ system.load.T
        total = np.zeros(BATCH)
        for row in rows:
            seen = np.flatnonzero(~np.isnan(row))
            if len(seen):
                total += gaussian(row[seen], centre[:, seen], sigma[:, seen][:, :, seen])
        terms.append(total)
    terms = np.concatenate(terms)
    top = terms.max()
    share = np.exp(terms - top)
    average = share.mean()
    return base + top + np.log(average), share.std(ddof=1) / np.sqrt(len(share)) / average
