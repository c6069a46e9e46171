// Radial diffusion in many particles at once: the shells are swept one after another, the populations side by side.
#include "kernels.h"

void ck_particle_residual(ptrdiff_t shells, ptrdiff_t nx, ck_cvec y, ck_cvec ydot, double diffusivity, ck_cvec inward,
                          ck_cvec outward, double surface, ck_cvec j, ck_vec restrict r) {
    for (ptrdiff_t k = 0; k < shells; k++) {
        const double in = k > 0 ? diffusivity * inward[k] : 0, out = k < shells - 1 ? diffusivity * outward[k] : 0;
        const double *here = y + k * nx, *inner = k > 0 ? here - nx : here, *outer = k < shells - 1 ? here + nx : here;
        const double *dot = ydot + k * nx;
        double *restrict res = r + k * nx;
        for (ptrdiff_t i = 0; i < nx; i++)
            res[i] = dot[i] - out * (outer[i] - here[i]) + in * (here[i] - inner[i]);
    }
    double *restrict last = r + (shells - 1) * nx;
    for (ptrdiff_t i = 0; i < nx; i++) last[i] += surface * j[i];
}

void ck_particle_residual_variable(ptrdiff_t shells, ptrdiff_t nx, ck_cvec y, ck_cvec ydot, ck_cvec d, ck_cvec inward,
                                   ck_cvec outward, double surface, ck_cvec j, ck_vec restrict r) {
    for (ptrdiff_t k = 0; k < shells; k++) {
        const double in = k > 0 ? inward[k] : 0, out = k < shells - 1 ? outward[k] : 0;
        const double *here = y + k * nx, *inner = k > 0 ? here - nx : here, *outer = k < shells - 1 ? here + nx : here;
        const double *dout = d + k * nx, *din = k > 0 ? dout - nx : dout;
        const double *dot = ydot + k * nx;
        double *restrict res = r + k * nx;
        for (ptrdiff_t i = 0; i < nx; i++)
            res[i] = dot[i] - out * dout[i] * (outer[i] - here[i]) + in * din[i] * (here[i] - inner[i]);
    }
    double *restrict last = r + (shells - 1) * nx;
    for (ptrdiff_t i = 0; i < nx; i++) last[i] += surface * j[i];
}

void ck_particle_factor(ptrdiff_t shells, double cj, double diffusivity, ck_cvec inward, ck_cvec outward, ck_vec m,
                        ck_vec p, ck_vec c) {
    for (ptrdiff_t k = 0; k < shells; k++) {
        const double in = k > 0 ? diffusivity * inward[k] : 0, out = k < shells - 1 ? diffusivity * outward[k] : 0;
        double diagonal = cj + in + out;
        c[k] = -out;
        if (k > 0) {
            m[k] = -in * p[k - 1];
            diagonal -= m[k] * c[k - 1];
        } else {
            m[k] = 0;
        }
        p[k] = 1 / diagonal;
    }
}

void ck_particle_forward(ptrdiff_t shells, ptrdiff_t nx, ck_cvec m, ck_vec r) {
    for (ptrdiff_t k = 1; k < shells; k++) {
        const double mk = m[k];
        const double *restrict before = r + (k - 1) * nx;
        double *restrict here = r + k * nx;
        for (ptrdiff_t i = 0; i < nx; i++) here[i] -= mk * before[i];
    }
}

void ck_particle_backward(ptrdiff_t shells, ptrdiff_t nx, ck_cvec p, ck_cvec c, ck_vec r) {
    for (ptrdiff_t k = shells - 2; k >= 0; k--) {
        const double pk = p[k], q = p[k] * c[k];
        const double *restrict after = r + (k + 1) * nx;
        double *restrict here = r + k * nx;
        for (ptrdiff_t i = 0; i < nx; i++) here[i] = pk * here[i] - q * after[i];
    }
}

void ck_particle_factor_variable(ptrdiff_t shells, ptrdiff_t nx, ck_cvec lower, ck_cvec diagonal, ck_cvec upper,
                                 ck_vec restrict m, ck_vec restrict p) {
    for (ptrdiff_t i = 0; i < nx; i++) {
        m[i] = 0;
        p[i] = 1 / diagonal[i];
    }
    for (ptrdiff_t k = 1; k < shells; k++) {
        const ptrdiff_t o = k * nx;
        for (ptrdiff_t i = 0; i < nx; i++) {
            m[o + i] = lower[o + i] * p[o + i - nx];
            p[o + i] = 1 / (diagonal[o + i] - m[o + i] * upper[o + i - nx]);
        }
    }
}

void ck_particle_forward_variable(ptrdiff_t shells, ptrdiff_t nx, ck_cvec m, ck_vec r) {
    for (ptrdiff_t k = 1; k < shells; k++) {
        const double *restrict mk = m + k * nx, *restrict before = r + (k - 1) * nx;
        double *restrict here = r + k * nx;
        for (ptrdiff_t i = 0; i < nx; i++) here[i] -= mk[i] * before[i];
    }
}

void ck_particle_backward_variable(ptrdiff_t shells, ptrdiff_t nx, ck_cvec p, ck_cvec c, ck_vec r) {
    for (ptrdiff_t k = shells - 2; k >= 0; k--) {
        const double *restrict pk = p + k * nx, *restrict ck = c + k * nx, *restrict after = r + (k + 1) * nx;
        double *restrict here = r + k * nx;
        for (ptrdiff_t i = 0; i < nx; i++) here[i] = pk[i] * (here[i] - ck[i] * after[i]);
    }
}

void ck_stressed_diffusivity(ptrdiff_t shells, ptrdiff_t nx, ck_cvec y, ck_cvec inverse, double d, double theta,
                             double free, double least, ck_vec restrict value) {
    for (ptrdiff_t k = 0; k < shells; k++) {
        const double *s = y + k * nx;
        double *restrict v = value + k * nx;
        for (ptrdiff_t i = 0; i < nx; i++) {
            double factor = 1 + theta * (s[i] * inverse[i] - free);
            v[i] = d * (factor > least ? factor : least);
        }
    }
}

void ck_face_mean(ptrdiff_t n, ptrdiff_t nx, double scale, ck_cvec d, ck_vec restrict face) {
    for (ptrdiff_t i = 0; i < n - nx; i++) face[i] = scale * (d[i] + d[i + nx]);
}

void ck_shell_means(ptrdiff_t shells, ptrdiff_t nx, ck_cvec weight, ck_cvec y, ck_vec restrict mean) {
    for (ptrdiff_t i = 0; i < nx; i++) mean[i] = 0;
    for (ptrdiff_t k = 0; k < shells; k++) {
        const double w = weight[k], *s = y + k * nx;
        for (ptrdiff_t i = 0; i < nx; i++) mean[i] += w * s[i];
    }
}

void ck_shell_decay(ptrdiff_t shells, ptrdiff_t nx, ck_cvec rate, ck_cvec y, ck_vec restrict r) {
    for (ptrdiff_t k = 0; k < shells; k++)
        for (ptrdiff_t i = 0; i < nx; i++) r[k * nx + i] -= rate[i] * y[k * nx + i];
}
