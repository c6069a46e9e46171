// Element-wise operations. Debian's SUNDIALS runs them unoptimised; these replace its table of operations.
#include "kernels.h"
#include <math.h>

// A result may be one of the arguments, element by element: no iteration reads what another one writes.
#define EACH _Pragma("clang loop vectorize(assume_safety)") for (ptrdiff_t i = 0; i < n; i++)

void ck_linear_sum(ptrdiff_t n, double a, ck_cvec x, double b, ck_cvec y, ck_vec z) {
    if (a == 1.0 && b == 1.0) {
        EACH z[i] = x[i] + y[i];
    } else if (a == 1.0 && b == -1.0) {
        EACH z[i] = x[i] - y[i];
    } else if (a == 1.0) {
        EACH z[i] = x[i] + b * y[i];
    } else if (b == 1.0) {
        EACH z[i] = a * x[i] + y[i];
    } else {
        EACH z[i] = a * x[i] + b * y[i];
    }
}

void ck_const(ptrdiff_t n, double c, ck_vec z) {
    EACH z[i] = c;
}

void ck_prod(ptrdiff_t n, ck_cvec x, ck_cvec y, ck_vec z) {
    EACH z[i] = x[i] * y[i];
}

void ck_div(ptrdiff_t n, ck_cvec x, ck_cvec y, ck_vec z) {
    EACH z[i] = x[i] / y[i];
}

void ck_scale(ptrdiff_t n, double c, ck_cvec x, ck_vec z) {
    if (c == 1.0) {
        if (x == z) return;
        __builtin_memmove(z, x, (size_t)n * sizeof(double));
    } else {
        EACH z[i] = c * x[i];
    }
}

void ck_abs(ptrdiff_t n, ck_cvec x, ck_vec z) {
    EACH z[i] = fabs(x[i]);
}

void ck_inv(ptrdiff_t n, ck_cvec x, ck_vec z) {
    EACH z[i] = 1.0 / x[i];
}

void ck_add_const(ptrdiff_t n, ck_cvec x, double b, ck_vec z) {
    EACH z[i] = x[i] + b;
}

// Thirty-two partial sums: the compiler may not reorder a floating-point sum by itself, and fewer would wait for each
// other's additions.
#define REDUCE(TERM)                                                          \
    double s[32] = {0};                                                       \
    ptrdiff_t i = 0;                                                          \
    for (; i + 32 <= n; i += 32)                                              \
        for (int l = 0; l < 32; l++) s[l] += TERM(i + l);                     \
    for (; i < n; i++) s[i & 7] += TERM(i);                                   \
    for (int width = 16; width > 0; width /= 2)                               \
        for (int l = 0; l < width; l++) s[l] += s[l + width];                 \
    return s[0];

double ck_dot(ptrdiff_t n, ck_cvec x, ck_cvec y) {
#define TERM(k) (x[k] * y[k])
    REDUCE(TERM)
#undef TERM
}

double ck_sum_sq_weighted(ptrdiff_t n, ck_cvec x, ck_cvec w) {
#define TERM(k) ((x[k] * w[k]) * (x[k] * w[k]))
    REDUCE(TERM)
#undef TERM
}

double ck_max_norm(ptrdiff_t n, ck_cvec x) {
    double m = 0;
    for (ptrdiff_t i = 0; i < n; i++) m = fabs(x[i]) > m ? fabs(x[i]) : m;
    return m;
}

double ck_min(ptrdiff_t n, ck_cvec x) {
    double m = n > 0 ? x[0] : 0;
    for (ptrdiff_t i = 1; i < n; i++) m = x[i] < m ? x[i] : m;
    return m;
}

// One pass whatever the number of vectors (IDA's order is at most 5).
void ck_linear_combination(ptrdiff_t n, int count, const double *c, const double *const *x, ck_vec z) {
    switch (count) {
    case 1: ck_scale(n, c[0], x[0], z); return;
    case 2: ck_linear_sum(n, c[0], x[0], c[1], x[1], z); return;
    case 3: {
        const double *a = x[0], *b = x[1], *d = x[2];
        EACH z[i] = c[0] * a[i] + (c[1] * b[i] + c[2] * d[i]);
        return;
    }
    case 4: {
        const double *a = x[0], *b = x[1], *d = x[2], *e = x[3];
        const double c0 = c[0], c1 = c[1], c2 = c[2], c3 = c[3];
        EACH z[i] = (c0 * a[i] + c1 * b[i]) + (c2 * d[i] + c3 * e[i]);
        return;
    }
    case 5: {
        const double *a = x[0], *b = x[1], *d = x[2], *e = x[3], *f = x[4];
        const double c0 = c[0], c1 = c[1], c2 = c[2], c3 = c[3], c4 = c[4];
        EACH z[i] = (c0 * a[i] + c1 * b[i]) + (c2 * d[i] + c3 * e[i]) + c4 * f[i];
        return;
    }
    case 6: {
        const double *a = x[0], *b = x[1], *d = x[2], *e = x[3], *f = x[4], *g = x[5];
        const double c0 = c[0], c1 = c[1], c2 = c[2], c3 = c[3], c4 = c[4], c5 = c[5];
        EACH z[i] = (c0 * a[i] + c1 * b[i]) + (c2 * d[i] + c3 * e[i]) + (c4 * f[i] + c5 * g[i]);
        return;
    }
    default:
        ck_scale(n, c[0], x[0], z);
        for (int k = 1; k < count; k++) {
            const double *v = x[k];
            const double ck = c[k];
            EACH z[i] += ck * v[i];
        }
    }
}

void ck_error_weights(ptrdiff_t n, double rtol, double atol, ck_cvec y, ck_vec w) {
    EACH w[i] = 1.0 / (rtol * fabs(y[i]) + atol);
}

// Cubic Hermite table, four points at a time: each point's four coefficients are one load, transposed in registers.
typedef double four __attribute__((vector_size(32)));
typedef int four_int __attribute__((vector_size(16)));

static inline __attribute__((always_inline)) four load4(const double *p) {
    four v;
    __builtin_memcpy(&v, p, sizeof v);
    return v;
}

static inline __attribute__((always_inline)) four clamp4(four s, double limit) {
    four zero = {0, 0, 0, 0}, top = {limit, limit, limit, limit};
    // The other argument where one is NaN.
    return __builtin_elementwise_min(__builtin_elementwise_max(s, zero), top);
}

static inline __attribute__((always_inline)) void look_up(four x, double x0, double inverse_step, ptrdiff_t intervals,
                                                          const double *c, four *value, four *slope) {
    four s = (x - x0) * inverse_step;
    four inside = clamp4(s, (double)intervals);
    four_int k = __builtin_convertvector(inside, four_int);
    const int last = (int)intervals - 1;
    four_int lasts = {last, last, last, last};
    k = __builtin_elementwise_min(k, lasts);
    four t = inside - __builtin_convertvector(k, four);
    four outside = s - inside;
    four a = load4(c + 4 * (ptrdiff_t)k[0]), b = load4(c + 4 * (ptrdiff_t)k[1]);
    four d = load4(c + 4 * (ptrdiff_t)k[2]), e = load4(c + 4 * (ptrdiff_t)k[3]);
    four ab0 = __builtin_shufflevector(a, b, 0, 4, 2, 6), ab1 = __builtin_shufflevector(a, b, 1, 5, 3, 7);
    four de0 = __builtin_shufflevector(d, e, 0, 4, 2, 6), de1 = __builtin_shufflevector(d, e, 1, 5, 3, 7);
    four q0 = __builtin_shufflevector(ab0, de0, 0, 1, 4, 5), q2 = __builtin_shufflevector(ab0, de0, 2, 3, 6, 7);
    four q1 = __builtin_shufflevector(ab1, de1, 0, 1, 4, 5), q3 = __builtin_shufflevector(ab1, de1, 2, 3, 6, 7);
    *slope = q1 + t * (2 * q2 + t * (3 * q3));
    *value = q0 + t * (q1 + t * (q2 + t * q3)) + outside * *slope;
}

void ck_table(ptrdiff_t n, ck_cvec x, double x0, double inverse_step, ptrdiff_t intervals, ck_cvec c, ck_vec value) {
    four v, d;
    ptrdiff_t i = 0;
    for (; i + 4 <= n; i += 4) {
        look_up(load4(x + i), x0, inverse_step, intervals, c, &v, &d);
        __builtin_memcpy(value + i, &v, sizeof v);
    }
    if (i < n) {
        four last = {x0, x0, x0, x0};
        for (ptrdiff_t l = 0; i + l < n; l++) last[l] = x[i + l];
        look_up(last, x0, inverse_step, intervals, c, &v, &d);
        for (ptrdiff_t l = 0; i + l < n; l++) value[i + l] = v[l];
    }
}

void ck_table_derivative(ptrdiff_t n, ck_cvec x, double x0, double inverse_step, ptrdiff_t intervals, ck_cvec c,
                         ck_vec value, ck_vec derivative) {
    four v, d;
    for (ptrdiff_t i = 0; i < n; i += 4) {
        const ptrdiff_t count = n - i < 4 ? n - i : 4;
        four a = {x0, x0, x0, x0};
        for (ptrdiff_t l = 0; l < count; l++) a[l] = x[i + l];
        look_up(a, x0, inverse_step, intervals, c, &v, &d);
        d *= inverse_step;
        for (ptrdiff_t l = 0; l < count; l++) {
            value[i + l] = v[l];
            derivative[i + l] = d[l];
        }
    }
}
