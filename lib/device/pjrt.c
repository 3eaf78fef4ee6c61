#include "pjrt.h"

#include <stdlib.h>
#include <string.h>

#include "_cgo_export.h"

typedef void *(*function)(void *);

// Places in the table of functions that begins at byte 40 of a PJRT_Api.
enum {
	error_destroy = 0,
	client_addressable_devices = 16,
	client_compile = 20,
	device_memory_stats = 34,
	executable_destroy = 40,
	executable_serialize = 49,
	loaded_get_executable = 51,
	deserialize_and_load = 56,
	functions = 57,
};

static const size_t head = 40;

static function *table;
static function compile;

static void *watched(void *args) { return graftCompile(args); }

void *graft_watch(const void *api) {
	size_t size;
	memcpy(&size, api, sizeof size);
	if (size < head + functions * sizeof(function)) {
		return NULL;
	}
	function *theirs = (function *)((const char *)api + head);
	if (theirs[client_compile] == watched) {
		return (void *)api; // the plugin was opened before
	}
	char *copy = malloc(size);
	memcpy(copy, api, size);
	table = (function *)(copy + head);
	compile = table[client_compile];
	table[client_compile] = watched;
	return copy;
}

void *graft_compile(graft_compile_args *args) { return compile(args); }

void *graft_load(void *client, const char *bytes, size_t size, void **loaded) {
	struct {
		size_t size;
		void *extension;
		void *client;
		const char *bytes;
		size_t bytes_size;
		void *loaded; // out
		const char *options;
		size_t options_size;
	} args = {sizeof args, NULL, client, bytes, size, NULL, NULL, 0};
	void *error = table[deserialize_and_load](&args);
	*loaded = args.loaded;
	return error;
}

void *graft_serialize(void *loaded, void *keep) {
	struct {
		size_t size;
		void *extension;
		void *loaded;
		void *executable; // out
	} get = {sizeof get, NULL, loaded, NULL};
	void *error = table[loaded_get_executable](&get);
	if (error != NULL) {
		return error;
	}
	struct {
		size_t size;
		void *extension;
		const void *executable;
		const char *bytes;
		size_t bytes_size;
		void *serialized;
		void (*delete)(void *); // out
	} serialize = {sizeof serialize, NULL, get.executable, NULL, 0, NULL, NULL};
	error = table[executable_serialize](&serialize);
	if (error == NULL) {
		graftKeep(keep, (char *)serialize.bytes, serialize.bytes_size);
		serialize.delete(serialize.serialized);
	}
	struct {
		size_t size;
		void *extension;
		void *executable;
	} destroy = {sizeof destroy, NULL, get.executable};
	void *ignored = table[executable_destroy](&destroy);
	if (ignored != NULL) {
		graft_free_error(ignored);
	}
	return error;
}

void *graft_memory(void *client, long long *used) {
	struct {
		size_t size;
		void *extension;
		void *client;
		void *const *devices; // out
		size_t count;         // out
	} list = {sizeof list, NULL, client, NULL, 0};
	void *error = table[client_addressable_devices](&list);
	*used = 0;
	for (size_t i = 0; error == NULL && i < list.count; i++) {
		struct {
			size_t size;
			void *extension;
			void *device;
			long long in_use; // out
			char more[256];   // out: peaks, limits and what later versions add
		} stats;
		memset(&stats, 0, sizeof stats);
		stats.size = sizeof stats;
		stats.device = list.devices[i];
		error = table[device_memory_stats](&stats);
		*used += stats.in_use;
	}
	return error;
}

void graft_free_error(void *error) {
	struct {
		size_t size;
		void *extension;
		void *error;
	} args = {sizeof args, NULL, error};
	table[error_destroy](&args);
}
