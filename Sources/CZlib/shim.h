#ifndef CELLAR_ZLIB_SHIM_H
#define CELLAR_ZLIB_SHIM_H
#include <zlib.h>

/* inflateInit2 is a macro, which Swift does not see. */
static inline int cellar_inflate_begin(z_stream *stream, int window_bits) {
    return inflateInit2(stream, window_bits);
}
#endif
