// What Swift cannot say to SUNDIALS: tables of operations, macros.
#ifndef CELLAR_IDA_SHIM_H
#define CELLAR_IDA_SHIM_H
#include <nvector/nvector_serial.h>
#include <sundials/sundials_linearsolver.h>
#include <sundials/sundials_matrix.h>

// Replaces the element-wise operations of a serial vector by ours; clones inherit them.
void ck_use_kernels(N_Vector _Nonnull v);
// A serial vector with those operations.
N_Vector _Nullable ck_vector_new(ptrdiff_t n, SUNContext _Nonnull context);
// For the vectors given to IDASolve, once IDA has made its own: at a step's end they hold the corrected state already,
// and IDA's interpolation to the same instant, a pass over its whole history, is left out.
void ck_skip_interpolation(N_Vector _Nonnull v);
// A vector that sees only some entries: linear combinations written into it touch `count` positions `index` of the
// sources. IDAGetDky into it interpolates those entries alone.
N_Vector _Nullable ck_probe_new(ptrdiff_t count, const ptrdiff_t *_Nonnull index, SUNContext _Nonnull context);
double *_Nonnull ck_probe_values(N_Vector _Nonnull probe);

static inline double *_Nonnull ck_data(N_Vector _Nonnull v) { return NV_DATA_S(v); }

// A direct linear solver that hands right-hand side and solution to `solve(data, x, b)`; its matrix is a token.
typedef int (*ck_solve_fn)(void *_Nonnull data, double *_Nonnull x, const double *_Nonnull b);
SUNLinearSolver _Nullable ck_linear_solver_new(void *_Nonnull data, ck_solve_fn _Nonnull solve, SUNContext _Nonnull context);
SUNMatrix _Nullable ck_token_matrix_new(SUNContext _Nonnull context);
// Swallows IDA's messages; the last one is kept for the error text.
typedef struct {
    char text[512];
} ck_message;
void ck_keep_message(int code, const char *_Nullable module, const char *_Nullable function, char *_Nullable message,
                     void *_Nullable user_data);
const char *_Nonnull ck_message_text(const ck_message *_Nonnull m);
#endif
