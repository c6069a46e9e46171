// Vector kernels for the cell models: element-wise vector operations for IDA, batched tridiagonal sweeps over
// particles, a block-tridiagonal solve over x, and table look-up. Everything is row-major, x fastest.
#ifndef CELLAR_KERNELS_H
#define CELLAR_KERNELS_H
#include <stddef.h>

typedef double *_Nonnull ck_vec;
typedef const double *_Nonnull ck_cvec;

// --- element-wise operations, z may alias x or y ---------------------------------------------------------------------
void ck_linear_sum(ptrdiff_t n, double a, ck_cvec x, double b, ck_cvec y, ck_vec z);
void ck_const(ptrdiff_t n, double c, ck_vec z);
void ck_prod(ptrdiff_t n, ck_cvec x, ck_cvec y, ck_vec z);
void ck_div(ptrdiff_t n, ck_cvec x, ck_cvec y, ck_vec z);
void ck_scale(ptrdiff_t n, double c, ck_cvec x, ck_vec z);
void ck_abs(ptrdiff_t n, ck_cvec x, ck_vec z);
void ck_inv(ptrdiff_t n, ck_cvec x, ck_vec z);
void ck_add_const(ptrdiff_t n, ck_cvec x, double b, ck_vec z);
double ck_dot(ptrdiff_t n, ck_cvec x, ck_cvec y);
double ck_max_norm(ptrdiff_t n, ck_cvec x);
double ck_min(ptrdiff_t n, ck_cvec x);
double ck_sum_sq_weighted(ptrdiff_t n, ck_cvec x, ck_cvec w);
// z = sum_k c[k] x[k], k < count
void ck_linear_combination(ptrdiff_t n, int count, const double *_Nonnull c, const double *const _Nonnull *_Nonnull x,
                           ck_vec z);
// w = 1 / (rtol |y| + atol)
void ck_error_weights(ptrdiff_t n, double rtol, double atol, ck_cvec y, ck_vec w);

// --- particles -------------------------------------------------------------------------------------------------------
// Finite volumes of a sphere of unit radius, shell 0 at the centre; y[shell][x], nx populations at once.
// r = ydot - diffusivity[x] (outward (y[k+1] - y[k]) - inward (y[k] - y[k-1])) + [outermost] surface j[x]
void ck_particle_residual(ptrdiff_t shells, ptrdiff_t nx, ck_cvec y, ck_cvec ydot, double diffusivity, ck_cvec inward,
                          ck_cvec outward, double surface, ck_cvec j, ck_vec r);
// The same with diffusivity d[shell][x] at the outer face of each shell (that of the outermost is not used).
void ck_particle_residual_variable(ptrdiff_t shells, ptrdiff_t nx, ck_cvec y, ck_cvec ydot, ck_cvec d, ck_cvec inward,
                                   ck_cvec outward, double surface, ck_cvec j, ck_vec r);
// One shared tridiagonal factor: multiplier m[k] and inverse pivot p[k], super-diagonal c[k].
void ck_particle_factor(ptrdiff_t shells, double cj, double diffusivity, ck_cvec inward, ck_cvec outward, ck_vec m,
                        ck_vec p, ck_vec c);
// Forward sweep in place, r[shell][x].
void ck_particle_forward(ptrdiff_t shells, ptrdiff_t nx, ck_cvec m, ck_vec r);
// Back substitution in place from shell `shells - 2` inwards; the outermost shell already holds its solution.
void ck_particle_backward(ptrdiff_t shells, ptrdiff_t nx, ck_cvec p, ck_cvec c, ck_vec r);
// The same three with a factor of its own at each x: m, p, c are [shell][x]; lower, diagonal, upper likewise.
void ck_particle_factor_variable(ptrdiff_t shells, ptrdiff_t nx, ck_cvec lower, ck_cvec diagonal, ck_cvec upper,
                                 ck_vec m, ck_vec p);
void ck_particle_forward_variable(ptrdiff_t shells, ptrdiff_t nx, ck_cvec m, ck_vec r);
void ck_particle_backward_variable(ptrdiff_t shells, ptrdiff_t nx, ck_cvec p, ck_cvec c, ck_vec r);

// value = d max(1 + theta (y inverse[x] - free), least), over [shell][x].
void ck_stressed_diffusivity(ptrdiff_t shells, ptrdiff_t nx, ck_cvec y, ck_cvec inverse, double d, double theta,
                             double free, double least, ck_vec value);
// face[i] = scale (d[i] + d[i + nx]), the n - nx faces between shells.
void ck_face_mean(ptrdiff_t n, ptrdiff_t nx, double scale, ck_cvec d, ck_vec face);
// mean[x] = sum over shells of weight[shell] y[shell][x].
void ck_shell_means(ptrdiff_t shells, ptrdiff_t nx, ck_cvec weight, ck_cvec y, ck_vec mean);
// r[shell][x] -= rate[x] y[shell][x].
void ck_shell_decay(ptrdiff_t shells, ptrdiff_t nx, ck_cvec rate, ck_cvec y, ck_vec r);

// --- tables ----------------------------------------------------------------------------------------------------------
// Cubic Hermite on a uniform grid: c[4 * intervals], extrapolated linearly outside [x0, x0 + intervals / inverse_step].
void ck_table(ptrdiff_t n, ck_cvec x, double x0, double inverse_step, ptrdiff_t intervals, ck_cvec c, ck_vec value);
void ck_table_derivative(ptrdiff_t n, ck_cvec x, double x0, double inverse_step, ptrdiff_t intervals, ck_cvec c,
                         ck_vec value, ck_vec derivative);

// --- electrolyte -----------------------------------------------------------------------------------------------------
// Fluxes over the n - 1 inner faces: salt = -gd (c' - c), charge = gk (theta 2 (c' - c)/(c' + c) - (phi' - phi)).
// 2 (c' - c)/(c' + c) is ln(c'/c) to third order; the sum is kept above about `depletion`.
void ck_electrolyte_fluxes(ptrdiff_t n, ck_cvec c, ck_cvec phi, ck_cvec gd, ck_cvec gk, ck_cvec theta,
                           double depletion, ck_vec salt, ck_vec charge);
// g[f] = w[f] (d[f] + d[f + 1]).
void ck_face_conductance(ptrdiff_t n, ck_cvec d, ck_cvec w, ck_vec g);
// r[i] = mass[i] rate[i] + flux[i] - flux[i - 1] - factor source[i], no flux at the ends.
void ck_balance(ptrdiff_t n, ck_cvec mass, ck_cvec rate, ck_cvec flux, double factor, ck_cvec source, ck_vec r);
// flux[f] = -g[f] (c[f + 1] - c[f]).
void ck_fluxes(ptrdiff_t n, ck_cvec c, ck_cvec g, ck_vec flux);
// Tridiagonal, one unknown a node, eliminated from both ends to the middle; `factor` in place, then `solve` in place.
void ck_tridiagonal_factor(ptrdiff_t n, ck_vec lower, ck_vec pivot, ck_vec upper);
void ck_tridiagonal_solve(ptrdiff_t n, ck_cvec lower, ck_cvec pivot, ck_cvec upper, ck_vec x);

// --- block tridiagonal, 3 unknowns a node (c_e, phi_e, phi_s), eliminated from both ends to the middle ----------------
// Pairs: lane 0 runs from the left, lane 1 from the right. Sizes: see ck_block_pairs.
// diagonal: 9 pairs a node, row-major; previous, next: 4 pairs a node (cc, ec, ee, ss): the sparse off-diagonals.
ptrdiff_t ck_block_pairs(ptrdiff_t nodes);
size_t ck_block_factor_doubles(ptrdiff_t nodes);
// node-wise input: diagonal[node][9], left[node][4] (towards node - 1), right[node][4] (towards node + 1).
void ck_block_factor(ptrdiff_t nodes, ck_cvec diagonal, ck_cvec left, ck_cvec right, ck_vec factor);
// rhs and solution: separate arrays c[node], e[node], s[node], in place.
void ck_block_solve(ptrdiff_t nodes, ck_cvec factor, ck_vec c, ck_vec e, ck_vec s);
#endif
