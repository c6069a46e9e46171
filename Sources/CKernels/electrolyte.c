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
