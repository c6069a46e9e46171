#include "matfile.h"
#include "shim.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* Structures in structures: MATLAB's own files have a handful. */
enum { deepest = 16 };

typedef struct {
    FILE *out;
    const char *const *skipped;
    uint64_t cell;
    int failed;
} writer;

static void put(writer *w, const void *bytes, size_t length) {
    if (length > 0 && fwrite(bytes, 1, length, w->out) != length) w->failed = 1;
}

static void put_head(writer *w, char kind, const char *name) {
    size_t length = name ? strlen(name) : 0;
    uint16_t stored = length > UINT16_MAX ? UINT16_MAX : (uint16_t)length;
    put(w, &kind, 1);
    put(w, &stored, sizeof stored);
    put(w, name, stored);
}

static void put_text(writer *w, char kind, const char *name, const char *text, size_t length) {
    uint32_t stored = length > UINT32_MAX ? UINT32_MAX : (uint32_t)length;
    put_head(w, kind, name);
    put(w, &stored, sizeof stored);
    put(w, text, stored);
}

static int is_skipped(const writer *w, const char *name) {
    for (const char *const *next = w->skipped; name && next && **next; next++)
        if (strcmp(*next, name) == 0) return 1;
    return 0;
}

/* A code unit of UTF-16 as UTF-8; half a pair becomes a question mark. */
static size_t utf8(uint32_t unit, char *out) {
    if (unit >= 0xD800 && unit < 0xE000) unit = '?';
    if (unit < 0x80) {
        out[0] = (char)unit;
        return 1;
    }
    if (unit < 0x800) {
        out[0] = (char)(0xC0 | unit >> 6);
        out[1] = (char)(0x80 | (unit & 0x3F));
        return 2;
    }
    out[0] = (char)(0xE0 | (unit >> 12 & 0xF));
    out[1] = (char)(0x80 | (unit >> 6 & 0x3F));
    out[2] = (char)(0x80 | (unit & 0x3F));
    return 3;
}

/* ---- Version 5, through MatIO ---- */

static size_t count_of(const matvar_t *v) {
    size_t count = 1;
    for (int i = 0; i < v->rank; i++) {
        if (v->dims[i] != 0 && count > SIZE_MAX / v->dims[i]) return 0;
        count *= v->dims[i];
    }
    return v->rank > 0 ? count : 0;
}

static double element(const void *data, enum matio_types type, size_t i) {
    switch (type) {
    case MAT_T_DOUBLE: return ((const double *)data)[i];
    case MAT_T_SINGLE: return ((const float *)data)[i];
    case MAT_T_INT8: return ((const int8_t *)data)[i];
    case MAT_T_UINT8: return ((const uint8_t *)data)[i];
    case MAT_T_INT16: return ((const int16_t *)data)[i];
    case MAT_T_UINT16: return ((const uint16_t *)data)[i];
    case MAT_T_INT32: return ((const int32_t *)data)[i];
    case MAT_T_UINT32: return ((const uint32_t *)data)[i];
    case MAT_T_INT64: return (double)((const int64_t *)data)[i];
    case MAT_T_UINT64: return (double)((const uint64_t *)data)[i];
    default: return 0;
    }
}

static size_t width_of(enum matio_types type) {
    switch (type) {
    case MAT_T_INT8: case MAT_T_UINT8: case MAT_T_UTF8: return 1;
    case MAT_T_INT16: case MAT_T_UINT16: case MAT_T_UTF16: return 2;
    case MAT_T_INT32: case MAT_T_UINT32: case MAT_T_SINGLE: case MAT_T_UTF32: return 4;
    case MAT_T_DOUBLE: case MAT_T_INT64: case MAT_T_UINT64: return 8;
    default: return 0;
    }
}

static void put_variable(writer *w, const matvar_t *v, const char *name, int depth);

static void put_numbers(writer *w, const matvar_t *v, const char *name) {
    uint64_t count = count_of(v);
    uint8_t complex = v->isComplex ? 1 : 0;
    size_t width = width_of(v->data_type);
    const void *parts[2] = {v->data, NULL};
    if (complex && v->data) {
        const mat_complex_split_t *split = v->data;
        parts[0] = split->Re;
        parts[1] = split->Im;
    }
    if (width == 0 || v->nbytes < 0 || (size_t)v->nbytes / width < count || !parts[0] || (complex && !parts[1])) count = 0;
    put_head(w, 'D', name);
    put(w, &count, sizeof count);
    put(w, &complex, 1);
    for (int part = 0; part <= complex; part++)
        for (uint64_t i = 0; i < count && !w->failed; i++) {
            double value = element(parts[part], v->data_type, i);
            put(w, &value, sizeof value);
        }
}

static void put_characters(writer *w, const matvar_t *v, const char *name) {
    size_t width = width_of(v->data_type);
    size_t count = count_of(v);
    if (!v->data || v->nbytes < 0 || width == 0) count = 0;
    if (width > 0 && count > (size_t)v->nbytes / width) count = (size_t)v->nbytes / width;
    if (count > 1 << 20) count = 1 << 20;
    char *text = malloc(3 * count + 1);
    size_t length = 0;
    for (size_t i = 0; text && i < count; i++) {
        if (width == 1) text[length++] = ((const char *)v->data)[i];
        else if (width == 2) length += utf8(((const uint16_t *)v->data)[i], text + length);
        else length += utf8(((const uint32_t *)v->data)[i], text + length);
    }
    put_text(w, 'T', name, text ? text : "", text ? length : 0);
    free(text);
}

static void put_variable(writer *w, const matvar_t *v, const char *name, int depth) {
    if (!v || depth > deepest || w->failed) {
        put_head(w, 'E', name);
        return;
    }
    switch (v->class_type) {
    case MAT_C_DOUBLE: case MAT_C_SINGLE: case MAT_C_INT8: case MAT_C_UINT8: case MAT_C_INT16: case MAT_C_UINT16:
    case MAT_C_INT32: case MAT_C_UINT32: case MAT_C_INT64: case MAT_C_UINT64:
        put_numbers(w, v, name);
        return;
    case MAT_C_CHAR:
        put_characters(w, v, name);
        return;
    case MAT_C_STRUCT: {
        uint32_t fields = Mat_VarGetNumberOfFields((matvar_t *)(uintptr_t)v);
        char *const *names = Mat_VarGetStructFieldnames((matvar_t *)(uintptr_t)v);
        uint64_t count = count_of(v);
        matvar_t *const *values = v->data;
        if (!values || v->nbytes < 0 || fields == 0 || (size_t)v->nbytes / sizeof *values / fields < count) count = 0;
        put_head(w, 'S', name);
        put(w, &count, sizeof count);
        put(w, &fields, sizeof fields);
        for (uint64_t i = 0; i < count && !w->failed; i++)
            for (uint32_t f = 0; f < fields; f++)
                put_variable(w, values[i * fields + f], names ? names[f] : "", depth + 1);
        return;
    }
    case MAT_C_CELL: {
        uint64_t count = count_of(v);
        matvar_t *const *values = v->data;
        if (!values || v->nbytes < 0 || (size_t)v->nbytes / sizeof *values < count) count = 0;
        put_head(w, 'C', name);
        put(w, &count, sizeof count);
        for (uint64_t i = 0; i < count && !w->failed; i++) put_variable(w, values[i], "", depth + 1);
        return;
    }
    default:
        put_head(w, 'E', name);
    }
}

static int put_version5(writer *w, const char *path) {
    mat_t *file = Mat_Open(path, MAT_ACC_RDONLY);
    if (!file) return 0;
    int found = 0;
    for (matvar_t *v; (v = Mat_VarReadNext(file)) != NULL; Mat_VarFree(v)) {
        put_variable(w, v, v->name, 0);
        found = 1;
        if (w->failed) break;
    }
    Mat_Close(file);
    return found;
}

/* ---- Version 7.3, through HDF5 ---- */

static void put_object(writer *w, hid_t object, const char *name, int depth);

typedef struct {
    writer *w;
    hid_t group;
    int depth;
    int writes;
    uint32_t count;
    /* Objects that the data sets of this group refer to; 1 where they refer to none. */
    uint64_t cells;
} visit;

static herr_t visit_link(hid_t group, const char *name, const H5L_info_t *info, void *context) {
    visit *v = context;
    (void)group;
    if (info->type != H5L_TYPE_HARD || name[0] == '#' || is_skipped(v->w, name)) return 0;
    if (v->count == UINT32_MAX) return 0;
    v->count++;
    hid_t object = H5Oopen(v->group, name, H5P_DEFAULT);
    if (v->writes) {
        if (object < 0) put_head(v->w, 'E', name);
        else put_object(v->w, object, name, v->depth + 1);
    } else if (object >= 0 && H5Iget_type(object) == H5I_DATASET) {
        hid_t type = H5Dget_type(object), space = H5Dget_space(object);
        hssize_t count = space < 0 ? 0 : H5Sget_simple_extent_npoints(space);
        if (type >= 0 && H5Tget_class(type) == H5T_REFERENCE && count > 0 && (uint64_t)count > v->cells)
            v->cells = (uint64_t)count;
        if (type >= 0) H5Tclose(type);
        if (space >= 0) H5Sclose(space);
    }
    if (object >= 0) H5Oclose(object);
    return v->w->failed ? -1 : 0;
}

static void put_group(writer *w, hid_t group, const char *name, int depth) {
    visit v = {w, group, depth, 0, 0, 0};
    hsize_t place = 0;
    H5Literate(group, H5_INDEX_NAME, H5_ITER_NATIVE, &place, visit_link, &v);
    /* A structure array is a group whose data sets refer to the fields of each element; the outermost is that of cells. */
    int is_outermost = depth == 1 && v.cells > 0;
    uint64_t one = 1;
    uint32_t fields = v.count + (is_outermost ? 1 : 0);
    put_head(w, 'S', name);
    put(w, &one, sizeof one);
    put(w, &fields, sizeof fields);
    if (is_outermost) {
        uint8_t real = 0;
        double cells = (double)v.cells;
        put_head(w, 'D', "cells");
        put(w, &one, sizeof one);
        put(w, &real, 1);
        put(w, &cells, sizeof cells);
    }
    uint32_t announced = v.count;
    v = (visit){w, group, depth, 1, 0, 0};
    place = 0;
    H5Literate(group, H5_INDEX_NAME, H5_ITER_NATIVE, &place, visit_link, &v);
    if (v.count != announced) w->failed = 1;
}

static void put_references(writer *w, hid_t set, hid_t space, const char *name, int depth) {
    hssize_t count = H5Sget_simple_extent_npoints(space);
    hobj_ref_t *references = count > 0 && count < 1 << 26 ? malloc((size_t)count * sizeof *references) : NULL;
    if (!references || H5Dread(set, H5T_STD_REF_OBJ, H5S_ALL, H5S_ALL, H5P_DEFAULT, references) < 0) {
        put_head(w, 'E', name);
        free(references);
        return;
    }
    uint64_t begin = 0, end = (uint64_t)count;
    /* depth 2: a data set of the outermost group, one object a cell. */
    int is_outermost = depth == 2;
    if (is_outermost) {
        if (w->cell >= end) {
            put_head(w, 'E', name);
            free(references);
            return;
        }
        begin = w->cell;
        end = begin + 1;
    } else {
        put_head(w, 'C', name);
        put(w, &end, sizeof end);
    }
    for (uint64_t i = begin; i < end && !w->failed; i++) {
        hid_t object = H5Rdereference2(set, H5P_DEFAULT, H5R_OBJECT, &references[i]);
        const char *inner = is_outermost ? name : "";
        if (object < 0) {
            put_head(w, 'E', inner);
        } else {
            put_object(w, object, inner, depth + 1);
            H5Oclose(object);
        }
    }
    free(references);
}

static void put_array(writer *w, hid_t set, hid_t type, hid_t space, const char *name) {
    hssize_t count = H5Sget_simple_extent_npoints(space);
    int is_text = H5Tget_class(type) == H5T_INTEGER && H5Aexists(set, "MATLAB_int_decode") > 0
        && H5Tget_size(type) == 2 && count <= 1 << 16;
    /* Data sets that MATLAB marks as empty hold its dimensions instead. */
    if (count < 0 || H5Aexists(set, "MATLAB_empty") > 0) count = 0;
    int is_possible = count > 0 && (uint64_t)count < SIZE_MAX / sizeof(double);
    double *values = is_possible ? malloc((size_t)count * sizeof(double)) : NULL;
    if (count > 0 && (!values || H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0)) {
        put_head(w, 'E', name);
    } else if (is_text) {
        char *text = malloc(3 * (size_t)count + 1);
        size_t length = 0;
        for (hssize_t i = 0; text && i < count; i++) length += utf8((uint32_t)values[i], text + length);
        put_text(w, 'T', name, text ? text : "", length);
        free(text);
    } else {
        uint64_t stored = (uint64_t)count;
        uint8_t real = 0;
        put_head(w, 'D', name);
        put(w, &stored, sizeof stored);
        put(w, &real, 1);
        put(w, values, (size_t)count * sizeof(double));
    }
    free(values);
}

static void put_object(writer *w, hid_t object, const char *name, int depth) {
    H5I_type_t kind = H5Iget_type(object);
    if (depth > deepest || w->failed) {
        put_head(w, 'E', name);
    } else if (kind == H5I_GROUP) {
        put_group(w, object, name, depth);
    } else if (kind == H5I_DATASET) {
        hid_t type = H5Dget_type(object), space = H5Dget_space(object);
        H5T_class_t class = type < 0 ? H5T_NO_CLASS : H5Tget_class(type);
        if (space < 0) put_head(w, 'E', name);
        else if (class == H5T_REFERENCE) put_references(w, object, space, name, depth);
        else if (class == H5T_INTEGER || class == H5T_FLOAT) put_array(w, object, type, space, name);
        else put_head(w, 'E', name);
        if (type >= 0) H5Tclose(type);
        if (space >= 0) H5Sclose(space);
    } else {
        put_head(w, 'E', name);
    }
}

static int put_version73(writer *w, const char *path) {
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (file < 0) return 0;
    hid_t root = H5Gopen2(file, "/", H5P_DEFAULT);
    if (root >= 0) {
        put_group(w, root, "", 0);
        H5Gclose(root);
    }
    H5Fclose(file);
    return root >= 0;
}

/* ---- The child ---- */

/* Bytes of address space in use, 0 where the system does not tell. */
static uint64_t address_space(void) {
    unsigned long long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file) return 0;
    if (fscanf(file, "%llu", &pages) != 1) pages = 0;
    fclose(file);
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

int cellar_matfile_open(const char *path, int is_hdf5, uint64_t cell, const char *const *skipped, uint64_t seconds,
                        uint64_t bytes, pid_t *child) {
    int ends[2];
    uint64_t used = address_space();
    if (pipe(ends) != 0) return -1;
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    *child = fork();
    if (*child < 0) {
        int problem = errno;
        close(ends[0]);
        close(ends[1]);
        errno = problem;
        return -1;
    }
    if (*child > 0) {
        close(ends[1]);
        return ends[0];
    }
    close(ends[0]);
    struct rlimit none = {0, 0}, processor = {seconds, seconds}, memory = {used + bytes, used + bytes};
    setrlimit(RLIMIT_CORE, &none);
    setrlimit(RLIMIT_CPU, &processor);
    if (used > 0) setrlimit(RLIMIT_AS, &memory);
    /* What the libraries print of a bad file is nobody's. */
    int silence = open("/dev/null", O_WRONLY);
    if (silence >= 0) {
        dup2(silence, STDOUT_FILENO);
        dup2(silence, STDERR_FILENO);
    }
    writer w = {fdopen(ends[1], "wb"), skipped, cell, 0};
    if (!w.out) _exit(1);
    setvbuf(w.out, NULL, _IOFBF, 1 << 16);
    int found = is_hdf5 ? put_version73(&w, path) : put_version5(&w, path);
    if (found && !w.failed) put(&w, "Z", 1);
    fflush(w.out);
    _exit(found && !w.failed ? 0 : 1);
}
