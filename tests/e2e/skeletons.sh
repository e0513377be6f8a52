#!/bin/bash
# SPDX-License-Identifier: MIT
# Each skeleton of `advise --explain` compiles without a warning, at small,
# common and large sizes, and those that hold memory do what they say, under
# AddressSanitizer.
. "$(dirname "$0")/lib.sh"
cc=${CC:-gcc}
strict="-O1 -Wall -Wextra -Werror"
(cd "$root" && $cc -std=gnu11 -D_GNU_SOURCE -iquote . -w -o "$work/skeleton" \
	tests/e2e/skeletons.c analyzer/advice/skeletons.c analyzer/text_stream.c \
	analyzer/memory.c analyzer/function_name.c -ljansson) || { fails "cannot print skeletons"; finish; }

# bytes capacity prewarm sizes...: nothing known, usual, large
sets=("0 0 0" "72 64 12 16 32 100" \
	"3000000 65536 100000 8 100 5000 70000 200000")
for name in $(./skeleton); do
	for set in "${sets[@]}"; do
		./skeleton $name c $set >s.c
		./skeleton $name cc $set >s.cc
		is "$name, C, at $set" "$(gcc -std=c11 $strict -c -o s.o s.c \
			2>&1 | head -n 3)" ""
		is "$name, C++, at $set" "$(g++ -std=c++17 $strict -c -o s.o \
			s.cc 2>&1 | head -n 3)" ""
		is "$name, at $set: fields" "$(cat s.c s.cc | grep -c @)" 0
	done
	is "$name: at most 60 lines" "$(awk 'FNR > 60' s.c s.cc)" ""
	is "$name: 80 columns" "$(expand s.c s.cc | grep -cE '.{81}')" 0
done

# runs NAME c|cc "FIELDS" <<main(): what it prints, or the sanitizer's words.
runs() {
	local name=$1 kind=$2 fields=$3 compiler
	compiler="gcc -std=c11"
	[ $kind = c ] || compiler="g++ -std=c++17"
	./skeleton $name $kind $fields >run.$kind
	cat >>run.$kind
	is "$name.$kind works" "$($compiler -g -Wall -Wextra -Werror \
		-fsanitize=address,undefined -o run run.$kind 2>&1 &&
		timeout 20 ./run 2>&1 | head -n 5)" "fine"
}

runs pool c "40 3 2" <<'E1'
#include <stdio.h>
#include <string.h>
int main(void)
{
	void *a[5], *last;

	pool_begin();
	for (int i = 0; i < 5; i++)
		memset(a[i] = object_get(), i, OBJECT_BYTES);
	for (int i = 0; i < 5; i++)
		object_put(a[i]);
	last = object_get(); /* the third: two more than it keeps were freed */
	if (last != a[2] || idle_count != POOL_CAP - 1)
		return 1;
	object_put(last);
	object_put(NULL);
	pool_end();
	puts(idle_count ? "not empty" : "fine");
}
E1
runs pool cc "40 3 2" <<'E1'
#include <cstdio>
int main()
{
	const object *first;
	{
		auto a = object_pool::get(), b = object_pool::get(),
		     c = object_pool::get(), d = object_pool::get();
		first = c.get();
	} // d, c and b go back in this order, then a finds no room
	auto x = object_pool::get(), y = object_pool::get();
	std::puts(y.get() == first ? "fine" : "not the same");
}
E1
runs sized-pool c "100 2 1 16 64 100" <<'E1'
#include <stdio.h>
#include <string.h>
int main(void)
{
	static const size_t asked[] = { 1, 16, 17, 64, 90, 100, 101, 5000 };
	void *blocks[8], *again;

	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 8; i++)
			memset(blocks[i] = block_get(asked[i]), i, asked[i]);
		for (int i = 0; i < 8; i++)
			block_put(blocks[i], asked[i]);
	}
	again = block_get(70);
	if (again != blocks[5])
		return 1;
	block_put(again, 70);
	for (size_t i = 0; i < SIZES; i++)
		for (; lists[i]; free(block_get(sizes[i])))
			continue;
	puts("fine");
}
E1
runs sized-pool cc "100 2 1 16 64 100" <<'E1'
#include <cstdio>
#include <string>
int main()
{
	sized_pool pool;
	void *block = pool.allocate(50);
	pool.deallocate(block, 50);
	bool again = pool.allocate(60) == block;
	pool.deallocate(block, 60);
	std::pmr::vector<std::pmr::string> list(&pool);
	for (int i = 0; i < 100; i++)
		list.emplace_back(i * 7, 'x');
	std::puts(again ? "fine" : "not the same");
}
E1
runs arena c "1000 1 1" <<'E1'
#include <stdio.h>
#include <string.h>
int main(void)
{
	struct arena a = { 0 };
	unsigned char *first = NULL, *block;

	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 100; i++) { /* more than it keeps */
			block = arena_get(&a, 1 + i % 40);
			if (!block || (size_t)block % _Alignof(max_align_t))
				return 1;
			memset(block, i, 1 + i % 40);
			if (i == 0 && round == 0)
				first = block;
			if (i == 0 && block != first)
				return 2;
		}
		if (arena_get(&a, (size_t)-1))
			return 3;
		arena_reset(&a);
	}
	free(a.start);
	puts("fine");
}
E1
runs arena cc "1000 1 1" <<'E1'
#include <cstdio>
int main()
{
	const char *words[] = { "one", "a word that no string holds itself" };
	region r;
	void *first = r.memory.allocate(10);
	r.memory.release();
	bool same = r.memory.allocate(10) == first;
	std::puts(same && work(words, 2, 1000) == 2000 ? "fine" : "wrong");
}
E1
runs mark-release c "1000 1 1" <<'E1'
#include <stdio.h>
#include <string.h>
static void depth(struct stack *s, int left)
{
	struct mark mark = stack_mark(s);
	unsigned char *block = stack_get(s, 100);

	memset(block, left, 100);
	if (left > 0)
		depth(s, left - 1);
	for (int i = 0; i < 100; i++)
		if (block[i] != left)
			puts("overwritten");
	stack_release(s, mark);
}
int main(void)
{
	struct stack s = { 0 };

	for (int i = 0; i < 3; i++)
		depth(&s, 30); /* most of it does not fit */
	puts(s.used || s.spills ? "not empty" : "fine");
	free(s.start);
}
E1
runs mark-release cc "1000 1 1" <<'E1'
#include <cstdio>
#include <string>
#include <vector>
int main()
{
	memory_stack stack;
	void *first = nullptr;
	for (int i = 0; i < 3; i++) {
		memory_stack::scope scope(stack);
		void *block = stack.allocate(24);
		if (first && block != first)
			return 1;
		first = block;
		memory_stack::scope inner(stack);
		std::pmr::vector<std::pmr::string> list(&stack);
		for (int k = 0; k < 50; k++) // most of it does not fit
			list.emplace_back(k, 'x');
	}
	std::puts("fine");
}
E1
for kind in c cc; do
	include=$([ $kind = c ] && echo '<stdio.h>' || echo '<cstdio>')
	runs stack $kind "100 1 1" <<E1
#include $include
int main()
{
	static char from[5000];
	unsigned long sum = 0;
	for (unsigned long size = 1; size <= sizeof(from); size += 99)
		sum += work(from, size) == size;
	puts(sum == 51 ? "fine" : "wrong");
}
E1
done
runs slab c "40 4 1" <<'E1'
#include <stdio.h>
#include <string.h>
int main(void)
{
	struct slabs s = { 0 };
	void *block = NULL;

	for (int i = 0; i < 10; i++)
		memset(block = slabs_get(&s), i, OBJECT_BYTES);
	slabs_put(&s, block);
	puts(slabs_get(&s) == block ? "fine" : "not the same");
	slabs_free(&s);
}
E1
runs slab cc "40 4 1" <<'E1'
#include <cstdio>
int main()
{
	slab s;
	for (unsigned char i = 0; i < 10; i++)
		s[s.add()].bytes[0] = i;
	s.remove(3);
	std::puts(s.add() == 3 && s[3].bytes[0] == 0 && s[9].bytes[0] == 9 ?
			  "fine" : "wrong");
}
E1
runs handoff c "40 4 1" <<'E1'
#include <stdio.h>
int main(void)
{
	struct owner owner = { 0 };
	struct batch batch = { 0 };
	struct object *o[10];

	for (int i = 0; i < 10; i++)
		o[i] = object_get(&owner);
	for (int i = 0; i < 10; i++)
		object_done(&owner, &batch, o[i]); /* two batches go */
	if (batch.count != 2)
		return 1;
	batch_send(&owner, &batch);
	batch_send(&owner, &batch);
	for (int i = 0; i < 10; i++)
		o[i] = object_get(&owner);
	puts(owner.idle || atomic_load(&owner.returned) ? "more" : "fine");
	for (int i = 0; i < 10; i++)
		free(o[i]);
}
E1
runs handoff cc "40 4 1" <<'E1'
#include <cstdio>
int main()
{
	owner o;
	objects done;
	const object *first = nullptr;
	for (int i = 0; i < 4; i++) {
		auto one = std::make_unique<object>();
		first = one.get();
		give_back(o, done, std::move(one));
	}
	std::puts(done.empty() && o.get().get() == first ? "fine" : "wrong");
}
E1
finish
