/* SPDX-License-Identifier: MIT */
#include "analyzer/frame.h"
#include "analyzer/memory.h"

#include <stdlib.h>
#include <string.h>

/* Recorded stacks have at most STACK_DEPTH_MAX; a hostile dump may not. */
#define NODES_MAX 1024
#define FRAMES_FREE (3u << 18)

static const char *const allocator_prefixes[] = {
	"operator new(",
	"operator new[](",
	"__gnu_cxx::new_allocator<",
	"__gnu_cxx::__alloc_traits<",
	"std::__new_allocator<",
	"std::allocator<",
	"std::allocator_traits<",
	"std::__allocate_at_least",
	"std::__1::allocator<",
	"std::__1::allocator_traits<",
	"std::__1::__libcpp_allocate",
	"std::__1::__allocate_at_least",
	"__rust_alloc",
	"__rust_realloc",
	"__rdl_alloc",
	"__rdl_realloc",
	"alloc::alloc::alloc",
	"alloc::alloc::realloc",
	"alloc::alloc::exchange_malloc",
	"alloc::alloc::Global::alloc",
	"<alloc::alloc::Global as core::alloc::Allocator>::",
};

static const char *const allocator_parts[] = {
	"::_M_allocate(",
	"::_M_get_node(",
	"::_M_create(",
	"::_M_allocate_node<",
	"::_M_create_node<",
};

static const char *const runtime_names[] = {
	"_start",
	"__libc_start_main",
	"__libc_start_main_impl",
	"__libc_start_main@@GLIBC_2.34",
	"__libc_start_call_main",
	"start_thread",
	"clone",
	"clone3",
	"__clone3",
};

static const char *const allocator_modules[] = {
	"libstdc++.so",
	"libc++.so",
	"libc++abi.so",
	"libheapwise.so",
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

bool frame_is_allocator(const char *function)
{
	if (!function)
		return false;
	for (size_t i = 0; i < COUNT(allocator_prefixes); i++)
		if (strncmp(function, allocator_prefixes[i],
			    strlen(allocator_prefixes[i])) == 0)
			return true;
	for (size_t i = 0; i < COUNT(allocator_parts); i++)
		if (strstr(function, allocator_parts[i]))
			return true;
	return false;
}

bool frame_is_runtime_start(const char *function)
{
	for (size_t i = 0; function && i < COUNT(runtime_names); i++)
		if (strcmp(function, runtime_names[i]) == 0)
			return true;
	return false;
}

bool frame_is_allocator_module(const char *path)
{
	const char *name = symbol_basename(path);

	for (size_t i = 0; i < COUNT(allocator_modules); i++)
		if (strncmp(name, allocator_modules[i],
			    strlen(allocator_modules[i])) == 0)
			return true;
	return false;
}

static void add_symbol(struct frame_list *list, const struct symbol *symbol)
{
	for (size_t i = 0; i < symbol->call_count; i++) {
		GROW(list->frames, list->capacity, list->count);
		list->frames[list->count++] =
			(struct frame){ symbol, &symbol->calls[i] };
	}
}

static void read_stack(struct frame_list *list, struct symbolizer *symbols,
		       const struct stack_tree *stacks, uint32_t stack,
		       size_t most)
{
	uint32_t id = stack_tree_id(stacks, stack);

	list->count = 0;
	for (size_t nodes = 0; id >= STACK_FIRST && nodes < most; nodes++) {
		const struct stack_node *node = &stacks->nodes[id];

		add_symbol(list, symbolizer_resolve(symbols, node->module,
						    node->address));
		id = node->parent;
	}
	list->truncated = id != STACK_ROOT;
}

void frame_list_read(struct frame_list *list, struct symbolizer *symbols,
		     const struct stack_tree *stacks, uint32_t stack)
{
	read_stack(list, symbols, stacks, stack, NODES_MAX);
}

void frame_budget_add(struct frame_budget *budget, uint64_t payload_bytes,
		      unsigned int cost)
{
	budget->left += (FRAMES_FREE + payload_bytes) / cost;
}

size_t frame_budget_take(struct frame_budget *budget, size_t frames)
{
	size_t taken = frames < budget->left ? frames : budget->left;

	budget->left -= taken;
	return taken;
}

void frame_budget_read(struct frame_budget *budget, struct frame_list *list,
		       struct symbolizer *symbols,
		       const struct stack_tree *stacks, uint32_t stack)
{
	size_t most = budget->left < NODES_MAX ? budget->left : NODES_MAX;

	read_stack(list, symbols, stacks, stack,
		   most > FRAMES_LEAST ? most : FRAMES_LEAST);
	frame_budget_take(budget, list->count);
}

size_t frame_list_leaf(const struct frame_list *list)
{
	size_t leaf = 0;

	while (leaf < list->count &&
	       frame_is_allocator(list->frames[leaf].call->function))
		leaf++;
	return leaf < list->count ? leaf : 0;
}

void frame_list_release(struct frame_list *list)
{
	free(list->frames);
	*list = (struct frame_list){ 0 };
}
