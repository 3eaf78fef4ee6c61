#define _GNU_SOURCE
#include "heap.h"

#include <stdlib.h> // says whether the C library is glibc

#if defined(__linux__) && defined(__GLIBC__) && (defined(__x86_64__) || defined(__aarch64__))

#include <dlfcn.h>
#include <link.h>
#include <malloc.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	unit = 2 << 20,   // blocks begin at multiples of it, which hardly anything else does
	large = 4 << 20,  // what is smaller is the C library's
	keep_takes = 256, // how many blocks are handed out before one that nobody wants goes
};

struct block {
	char *at;
	size_t size;
	unsigned long taken; // when, in blocks handed out before
	int used;
};

static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;
static struct block *blocks;
static size_t count, room;
static unsigned long takes;

// map returns size bytes, a multiple of unit, at one; or NULL.
static char *map(size_t size) {
	char *at = mmap(NULL, size + unit, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (at == MAP_FAILED) {
		return NULL;
	}
	size_t before = -(uintptr_t)at & (unit - 1);
	if (before != 0) {
		munmap(at, before);
	}
	munmap(at + before + size, unit - before);
	return at + before;
}

// drop unmaps the free blocks that were taken before then.
static void drop(unsigned long then) {
	size_t left = 0;
	for (size_t i = 0; i < count; i++) {
		if (!blocks[i].used && blocks[i].taken < then) {
			munmap(blocks[i].at, blocks[i].size);
		} else {
			blocks[left++] = blocks[i];
		}
	}
	count = left;
}

// fit is the smallest free block of at least size bytes and little more, or NULL.
static struct block *fit(size_t size) {
	struct block *best = NULL;
	for (struct block *b = blocks; b < blocks + count; b++) {
		if (!b->used && b->size >= size && b->size - size <= size / 4 && (best == NULL || b->size < best->size)) {
			best = b;
		}
	}
	return best;
}

// add maps a new block, or returns NULL.
static struct block *add(size_t size) {
	if (takes > keep_takes) {
		drop(takes - keep_takes);
	}
	if (count == room) {
		size_t more = room == 0 ? 64 : 2 * room;
		struct block *moved = realloc(blocks, more * sizeof *blocks);
		if (moved == NULL) {
			return NULL;
		}
		blocks = moved;
		room = more;
	}
	char *at = map(size);
	if (at == NULL) {
		return NULL;
	}
	blocks[count] = (struct block){at, size, 0, 0};
	return &blocks[count++];
}

static void *take(size_t size) {
	if (size < large || size > SIZE_MAX / 2) {
		return NULL;
	}
	size = (size + unit - 1) & ~(size_t)(unit - 1);
	pthread_mutex_lock(&mu);
	struct block *b = fit(size);
	if (b == NULL) {
		b = add(size);
	}
	char *at = NULL;
	if (b != NULL) {
		b->used = 1;
		b->taken = ++takes;
		at = b->at;
	}
	pthread_mutex_unlock(&mu);
	return at;
}

// held returns the size of the block at p, and 0 if there is none; it is free
// afterwards, if release says so.
static size_t held(void *p, int release) {
	if (p == NULL || ((uintptr_t)p & (unit - 1)) != 0) {
		return 0;
	}
	size_t size = 0;
	pthread_mutex_lock(&mu);
	for (struct block *b = blocks; b < blocks + count; b++) {
		if (b->at == p && b->used) {
			size = b->size;
			b->used = !release;
			break;
		}
	}
	pthread_mutex_unlock(&mu);
	return size;
}

static void *heap_malloc(size_t size) {
	void *p = take(size);
	return p != NULL ? p : malloc(size);
}

static void *heap_aligned_alloc(size_t alignment, size_t size) {
	void *p = alignment <= unit ? take(size) : NULL;
	return p != NULL ? p : aligned_alloc(alignment, size);
}

static int heap_posix_memalign(void **out, size_t alignment, size_t size) {
	void *p = alignment <= unit ? take(size) : NULL;
	if (p == NULL) {
		return posix_memalign(out, alignment, size);
	}
	*out = p;
	return 0;
}

static void heap_free(void *p) {
	if (held(p, 1) == 0) {
		free(p);
	}
}

static void *heap_realloc(void *p, size_t size) {
	size_t had = held(p, 0);
	if (had == 0) {
		return realloc(p, size);
	}
	if (size != 0 && size <= had) {
		return p;
	}
	void *moved = size != 0 ? heap_malloc(size) : NULL;
	if (moved != NULL) {
		memcpy(moved, p, had);
	}
	if (moved != NULL || size == 0) {
		held(p, 1);
	}
	return moved;
}

// What one of these gives, only another one takes back: the plugin calls all of ours
// or none.
static const struct {
	const char *name;
	void *ours;
} functions[] = {
	{"malloc", heap_malloc},   {"aligned_alloc", heap_aligned_alloc}, {"posix_memalign", heap_posix_memalign},
	{"realloc", heap_realloc}, {"free", heap_free},
};

// calls are the places of the plugin's table that lead to one of the functions.
struct calls {
	size_t count;
	struct {
		void **place, *ours;
	} list[64];
};

#if defined(__x86_64__)
static int names_function(uint64_t type) { return type == R_X86_64_JUMP_SLOT || type == R_X86_64_GLOB_DAT; }
#else
static int names_function(uint64_t type) { return type == R_AARCH64_JUMP_SLOT || type == R_AARCH64_GLOB_DAT; }
#endif

static void find(struct calls *found, const struct link_map *lib, const ElfW(Rela) * list, size_t size, const ElfW(Sym) * symbols, const char *names) {
	for (size_t i = 0; i < size / sizeof *list; i++) {
		if (!names_function(ELF64_R_TYPE(list[i].r_info))) {
			continue;
		}
		const char *name = names + symbols[ELF64_R_SYM(list[i].r_info)].st_name;
		for (size_t f = 0; f < sizeof functions / sizeof *functions; f++) {
			if (strcmp(name, functions[f].name) == 0) {
				size_t n = found->count++;
				if (n < sizeof found->list / sizeof *found->list) {
					found->list[n].place = (void **)(lib->l_addr + list[i].r_offset);
					found->list[n].ours = functions[f].ours;
				}
			}
		}
	}
}

// redirect has the plugin call ours, at all places, or at none if one cannot be written.
static void redirect(const struct calls *found) {
	if (found->count > sizeof found->list / sizeof *found->list) {
		return;
	}
	size_t page = sysconf(_SC_PAGESIZE);
	for (size_t i = 0; i < found->count; i++) {
		void *start = (void *)((uintptr_t)found->list[i].place & ~(page - 1));
		if (mprotect(start, page, PROT_READ | PROT_WRITE) != 0) {
			return;
		}
	}
	for (size_t i = 0; i < found->count; i++) {
		*found->list[i].place = found->list[i].ours;
	}
}

void graft_heap(const char *path) {
	void *handle = dlopen(path, RTLD_NOLOAD | RTLD_LAZY);
	struct link_map *lib = NULL;
	if (handle == NULL || dlinfo(handle, RTLD_DI_LINKMAP, &lib) != 0) {
		return;
	}
	const ElfW(Sym) *symbols = NULL;
	const char *names = NULL;
	const ElfW(Rela) *data = NULL, *calls = NULL;
	size_t data_size = 0, calls_size = 0;
	for (const ElfW(Dyn) *d = lib->l_ld; d->d_tag != DT_NULL; d++) {
		switch (d->d_tag) {
		case DT_SYMTAB: symbols = (void *)d->d_un.d_ptr; break;
		case DT_STRTAB: names = (void *)d->d_un.d_ptr; break;
		case DT_RELA: data = (void *)d->d_un.d_ptr; break;
		case DT_RELASZ: data_size = d->d_un.d_val; break;
		case DT_JMPREL: calls = (void *)d->d_un.d_ptr; break;
		case DT_PLTRELSZ: calls_size = d->d_un.d_val; break;
		}
	}
	if (symbols == NULL || names == NULL) {
		return;
	}
	struct calls found = {0};
	find(&found, lib, data, data_size, symbols, names);
	find(&found, lib, calls, calls_size, symbols, names);
	redirect(&found);
}

void graft_heap_trim(void) {
	pthread_mutex_lock(&mu);
	drop(takes + 1);
	pthread_mutex_unlock(&mu);
	malloc_trim(0);
}

size_t graft_heap_size(size_t *free) {
	size_t all = 0;
	*free = 0;
	pthread_mutex_lock(&mu);
	for (struct block *b = blocks; b < blocks + count; b++) {
		all += b->size;
		*free += b->used ? 0 : b->size;
	}
	pthread_mutex_unlock(&mu);
	return all;
}

#else

void graft_heap(const char *path) {}
void graft_heap_trim(void) {}
size_t graft_heap_size(size_t *free) { return *free = 0; }

#endif
