// Fluxes of salt and charge between x-points, and their balances.
#include "kernels.h"
#include <math.h>

void ck_electrolyte_fluxes(ptrdiff_t n, ck_cvec c, ck_cvec phi, ck_cvec gd, ck_cvec gk, ck_cvec theta,
                           double depletion, ck_vec restrict salt, ck_vec restrict charge) {
    for (ptrdiff_t f = 0; f < n - 1; f++) {
        double rise = c[f + 1] - c[f], sum = c[f + 1] + c[f];
        sum = 0.5 * (sum + sqrt(sum * sum + 4 * depletion * depletion));
        salt[f] = -gd[f] * rise;
        charge[f] = gk[f] * (theta[f] * (2 * rise / sum) - (phi[f + 1] - phi[f]));
    }
}

void ck_face_conductance(ptrdiff_t n, ck_cvec d, ck_cvec w, ck_vec restrict g) {
    for (ptrdiff_t f = 0; f < n - 1; f++) g[f] = w[f] * (d[f] + d[f + 1]);
}

void ck_balance(ptrdiff_t n, ck_cvec mass, ck_cvec rate, ck_cvec flux, double factor, ck_cvec source,
                ck_vec restrict r) {
    if (n == 1) {
        r[0] = mass[0] * rate[0] - factor * source[0];
        return;
    }
    r[0] = mass[0] * rate[0] + flux[0] - factor * source[0];
    for (ptrdiff_t i = 1; i < n - 1; i++)
        r[i] = mass[i] * rate[i] + (flux[i] - flux[i - 1]) - factor * source[i];
    r[n - 1] = mass[n - 1] * rate[n - 1] - flux[n - 2] - factor * source[n - 1];
}

// Rows 0..m run down, rows n-1..m run up, and meet in row m: two chains of half the length, side by side.
void ck_tridiagonal_factor(ptrdiff_t n, ck_vec restrict lower, ck_vec restrict pivot, ck_vec restrict upper) {
    const ptrdiff_t m = n / 2;
    for (ptrdiff_t i = 0; i < m; i++) {
        if (i > 0) {
            lower[i] *= pivot[i - 1];
            pivot[i] -= lower[i] * upper[i - 1];
        }
        pivot[i] = 1 / pivot[i];
    }
    for (ptrdiff_t i = n - 1; i > m; i--) {
        if (i < n - 1) {
            upper[i] *= pivot[i + 1];
            pivot[i] -= upper[i] * lower[i + 1];
        }
        pivot[i] = 1 / pivot[i];
    }
    if (m > 0) {
        lower[m] *= pivot[m - 1];
        pivot[m] -= lower[m] * upper[m - 1];
    }
    if (m < n - 1) {
        upper[m] *= pivot[m + 1];
        pivot[m] -= upper[m] * lower[m + 1];
    }
    pivot[m] = 1 / pivot[m];
    for (ptrdiff_t i = 0; i < m; i++) upper[i] *= pivot[i];
    for (ptrdiff_t i = m + 1; i < n; i++) lower[i] *= pivot[i];
}

void ck_tridiagonal_solve(ptrdiff_t n, ck_cvec lower, ck_cvec pivot, ck_cvec upper, ck_vec restrict x) {
    const ptrdiff_t m = n / 2, above = n - 1 - m;
    double a = x[0], b = x[n - 1];
    // The side above is never longer than the one below: m rows down, `above` rows up, above <= m.
    ptrdiff_t k = 1;
    for (; k < above; k++) {
        a = x[k] -= lower[k] * a;
        b = x[n - 1 - k] -= upper[n - 1 - k] * b;
    }
    for (; k < m; k++) a = x[k] -= lower[k] * a;
    double middle = x[m];
    if (m > 0) middle -= lower[m] * a;
    if (above > 0) middle -= upper[m] * b;
    middle *= pivot[m];
    x[m] = middle;
    a = b = middle;
    for (k = 1; k <= above; k++) {
        a = x[m - k] = pivot[m - k] * x[m - k] - upper[m - k] * a;
        b = x[m + k] = pivot[m + k] * x[m + k] - lower[m + k] * b;
    }
    for (; k <= m; k++) a = x[m - k] = pivot[m - k] * x[m - k] - upper[m - k] * a;
}

void ck_fluxes(ptrdiff_t n, ck_cvec c, ck_cvec g, ck_vec restrict flux) {
    for (ptrdiff_t f = 0; f < n - 1; f++) flux[f] = -g[f] * (c[f + 1] - c[f]);
}
