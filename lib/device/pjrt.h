// The part of PJRT's C interface that executables.go calls by itself, because
// go-xla v0.4.0 has no binding for it. The layout of the structs and the order of
// the functions are those of PJRT's header, where both only ever grow at the end.
#ifndef GRAFT_PJRT_H
#define GRAFT_PJRT_H

#include <stddef.h>

typedef struct {
	size_t size;
	void *extension;
	char *code;
	size_t code_size;
	const char *format;
	size_t format_size;
} graft_program;

typedef struct {
	size_t size;
	void *extension;
	void *client;
	const graft_program *program;
	const char *options;
	size_t options_size;
	void *loaded; // out
} graft_compile_args;

// graft_watch returns a copy of a PJRT_Api whose compile function asks
// graftCompile, or NULL if the interface is too old to load executables.
void *graft_watch(const void *api);

// Each returns NULL or PJRT's error.
void *graft_compile(graft_compile_args *args);
void *graft_load(void *client, const char *bytes, size_t size, void **loaded);

// graft_serialize calls keep with the bytes of a loaded executable.
void *graft_serialize(void *loaded, void *keep);

// graft_memory sums up the bytes in use on the client's devices.
void *graft_memory(void *client, long long *used);

void graft_free_error(void *error);

#endif
