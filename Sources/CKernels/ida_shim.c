#include "ida_shim.h"
#include "kernels.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define N(v) ((ptrdiff_t)NV_LENGTH_S(v))
#define D(v) NV_DATA_S(v)

static void linear_sum(double a, N_Vector x, double b, N_Vector y, N_Vector z) {
    ck_linear_sum(N(x), a, D(x), b, D(y), D(z));
}
static void set_const(double c, N_Vector z) { ck_const(N(z), c, D(z)); }
static void prod(N_Vector x, N_Vector y, N_Vector z) { ck_prod(N(x), D(x), D(y), D(z)); }
static void quotient(N_Vector x, N_Vector y, N_Vector z) { ck_div(N(x), D(x), D(y), D(z)); }
static void scale(double c, N_Vector x, N_Vector z) { ck_scale(N(x), c, D(x), D(z)); }
static void absolute(N_Vector x, N_Vector z) { ck_abs(N(x), D(x), D(z)); }
static void inverse(N_Vector x, N_Vector z) { ck_inv(N(x), D(x), D(z)); }
static void add_const(N_Vector x, double b, N_Vector z) { ck_add_const(N(x), D(x), b, D(z)); }
static double dot(N_Vector x, N_Vector y) { return ck_dot(N(x), D(x), D(y)); }
static double max_norm(N_Vector x) { return ck_max_norm(N(x), D(x)); }
static double minimum(N_Vector x) { return ck_min(N(x), D(x)); }
static double wrms(N_Vector x, N_Vector w) {
    return sqrt(ck_sum_sq_weighted(N(x), D(x), D(w)) / (double)N(x));
}
// The models order their unknowns: the mask is ones, then zeros.
static double wrms_mask(N_Vector x, N_Vector w, N_Vector id) {
    const double *mask = D(id);
    ptrdiff_t low = 0, high = N(x);
    while (low < high) {
        ptrdiff_t middle = (low + high) / 2;
        if (mask[middle] > 0) low = middle + 1;
        else high = middle;
    }
    return sqrt(ck_sum_sq_weighted(low, D(x), D(w)) / (double)N(x));
}

static int linear_combination(int count, double *c, N_Vector *x, N_Vector z) {
    const double *v[16];
    if (count > 16) return -1;
    for (int i = 0; i < count; i++) v[i] = D(x[i]);
    ck_linear_combination(N(z), count, c, v, D(z));
    return 0;
}
static int scale_array(int count, double *c, N_Vector *x, N_Vector *z) {
    for (int i = 0; i < count; i++) ck_scale(N(z[i]), c[i], D(x[i]), D(z[i]));
    return 0;
}
static int linear_sum_array(int count, double a, N_Vector *x, double b, N_Vector *y, N_Vector *z) {
    for (int i = 0; i < count; i++) ck_linear_sum(N(z[i]), a, D(x[i]), b, D(y[i]), D(z[i]));
    return 0;
}

// Vectors on cache-line boundaries: wide loads then never straddle two lines.
static N_Vector clone(N_Vector w) {
    N_Vector v = N_VCloneEmpty_Serial(w);
    if (!v) return NULL;
    size_t bytes = ((size_t)N(w) * sizeof(double) + 63) & ~(size_t)63;
    D(v) = aligned_alloc(64, bytes > 0 ? bytes : 64);
    if (!D(v)) {
        N_VDestroy(v);
        return NULL;
    }
    NV_OWN_DATA_S(v) = SUNTRUE;
    return v;
}

static int keep(int count, double *c, N_Vector *x, N_Vector z) {
    (void)count;
    (void)c;
    (void)x;
    (void)z;
    return 0;
}
void ck_skip_interpolation(N_Vector v) { v->ops->nvlinearcombination = keep; }

N_Vector ck_vector_new(ptrdiff_t n, SUNContext context) {
    N_Vector empty = N_VNewEmpty_Serial(n, context);
    if (!empty) return NULL;
    ck_use_kernels(empty);
    N_Vector v = clone(empty);
    N_VDestroy(empty);
    return v;
}

void ck_use_kernels(N_Vector v) {
    N_Vector_Ops o = v->ops;
    o->nvclone = clone;
    o->nvlinearsum = linear_sum;
    o->nvconst = set_const;
    o->nvprod = prod;
    o->nvdiv = quotient;
    o->nvscale = scale;
    o->nvabs = absolute;
    o->nvinv = inverse;
    o->nvaddconst = add_const;
    o->nvdotprod = dot;
    o->nvmaxnorm = max_norm;
    o->nvmin = minimum;
    o->nvwrmsnorm = wrms;
    o->nvwrmsnormmask = wrms_mask;
    o->nvlinearcombination = linear_combination;
    o->nvscalevectorarray = scale_array;
    o->nvlinearsumvectorarray = linear_sum_array;
}

// --- probe ---
typedef struct {
    ptrdiff_t count;
    ptrdiff_t *index;
    double *values;
} probe_content;

static int probe_combination(int count, double *c, N_Vector *x, N_Vector z) {
    probe_content *p = z->content;
    for (ptrdiff_t i = 0; i < p->count; i++) {
        double s = 0;
        for (int k = 0; k < count; k++) s += c[k] * D(x[k])[p->index[i]];
        p->values[i] = s;
    }
    return 0;
}
static void probe_scale(double c, N_Vector x, N_Vector z) {
    if (x == z) {
        probe_content *p = z->content;
        for (ptrdiff_t i = 0; i < p->count; i++) p->values[i] *= c;
    } else {
        probe_combination(1, &c, &x, z);
    }
}
static void probe_destroy(N_Vector v) {
    probe_content *p = v->content;
    if (p) {
        free(p->index);
        free(p->values);
        free(p);
    }
    v->content = NULL;
    N_VFreeEmpty(v);
}

N_Vector ck_probe_new(ptrdiff_t count, const ptrdiff_t *index, SUNContext context) {
    N_Vector v = N_VNewEmpty(context);
    probe_content *p = calloc(1, sizeof *p);
    if (!v || !p) return NULL;
    p->count = count;
    p->index = malloc(sizeof(ptrdiff_t) * (size_t)(count + 1));
    p->values = calloc((size_t)count + 1, sizeof(double));
    for (ptrdiff_t i = 0; i < count; i++) p->index[i] = index[i];
    v->content = p;
    v->ops->nvlinearcombination = probe_combination;
    v->ops->nvscale = probe_scale;
    v->ops->nvdestroy = probe_destroy;
    return v;
}
double *ck_probe_values(N_Vector v) { return ((probe_content *)v->content)->values; }

// --- linear solver ---
typedef struct {
    void *data;
    ck_solve_fn solve;
} solver_content;

static SUNLinearSolver_Type solver_type(SUNLinearSolver s) {
    (void)s;
    return SUNLINEARSOLVER_DIRECT;
}
static SUNLinearSolver_ID solver_id(SUNLinearSolver s) {
    (void)s;
    return SUNLINEARSOLVER_CUSTOM;
}
static int solver_initialize(SUNLinearSolver s) {
    (void)s;
    return 0;
}
static int solver_setup(SUNLinearSolver s, SUNMatrix a) {
    (void)s;
    (void)a;
    return 0;
}
static int solver_solve(SUNLinearSolver s, SUNMatrix a, N_Vector x, N_Vector b, double tolerance) {
    (void)a;
    (void)tolerance;
    solver_content *c = s->content;
    return c->solve(c->data, D(x), D(b));
}
static int solver_free(SUNLinearSolver s) {
    free(s->content);
    s->content = NULL;
    SUNLinSolFreeEmpty(s);
    return 0;
}

SUNLinearSolver ck_linear_solver_new(void *data, ck_solve_fn solve, SUNContext context) {
    SUNLinearSolver s = SUNLinSolNewEmpty(context);
    solver_content *c = malloc(sizeof *c);
    if (!s || !c) return NULL;
    c->data = data;
    c->solve = solve;
    s->content = c;
    s->ops->gettype = solver_type;
    s->ops->getid = solver_id;
    s->ops->initialize = solver_initialize;
    s->ops->setup = solver_setup;
    s->ops->solve = solver_solve;
    s->ops->free = solver_free;
    return s;
}

static SUNMatrix_ID matrix_id(SUNMatrix m) {
    (void)m;
    return SUNMATRIX_CUSTOM;
}
static int matrix_zero(SUNMatrix m) {
    (void)m;
    return 0;
}
static void matrix_destroy(SUNMatrix m) { SUNMatFreeEmpty(m); }

SUNMatrix ck_token_matrix_new(SUNContext context) {
    SUNMatrix m = SUNMatNewEmpty(context);
    if (!m) return NULL;
    m->ops->getid = matrix_id;
    m->ops->zero = matrix_zero;
    m->ops->destroy = matrix_destroy;
    return m;
}

void ck_keep_message(int code, const char *module, const char *function, char *message, void *user_data) {
    (void)code;
    (void)module;
    ck_message *m = user_data;
    if (m && message) snprintf(m->text, sizeof m->text, "%s: %s", function ? function : "", message);
}
const char *ck_message_text(const ck_message *m) { return m->text; }
