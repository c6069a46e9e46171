#ifndef CELLAR_OPENBLAS_SHIM_H
#define CELLAR_OPENBLAS_SHIM_H
#if __has_include(<openblas/cblas.h>)
#include <openblas/cblas.h>
#else
#include <cblas.h>
#endif

/* Ends the threads that OpenBLAS starts, one a core, when it is loaded: they wait for work by spinning, for some 25 ms, on
   cores that others need. Its own handler of fork() calls the same function; builds without threads do not have it. */
int blas_thread_shutdown_(void) __attribute__((weak));
static inline void cellar_end_blas_threads(void) {
    if (blas_thread_shutdown_) blas_thread_shutdown_();
}

/* LAPACK, as OpenBLAS carries it: Fortran, column-major, every argument by address. Lengths of character arguments, which
   come last, are one where each of them is. */
void dpotrf_(const char *uplo, const int *n, double *a, const int *lda, int *info, size_t);
void dpotri_(const char *uplo, const int *n, double *a, const int *lda, int *info, size_t);
void dpotrs_(const char *uplo, const int *n, const int *nrhs, const double *a, const int *lda, double *b, const int *ldb,
             int *info, size_t);
void dsyevd_(const char *jobz, const char *uplo, const int *n, double *a, const int *lda, double *w, double *work,
             const int *lwork, int *iwork, const int *liwork, int *info, size_t, size_t);
#endif
