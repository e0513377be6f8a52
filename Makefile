# One Makefile, no recursion. A release build lives in build/, every other
# flavour in build/FLAVOUR/, so that flags never mix.
#
#   make                 build/heapwise, build/libheapwise.so
#   make demo            install what is missing, build, record a real program
#   make check           install what the tests need, build, run every test
#   make check-unit      one kind of tests; also check-e2e, check-torture
#   make check-sanitized check-e2e with ASan, LSan and UBSan in the reader
#   make check-long      the figures that take long, see tests/README.md
#   make soak            everything at once for MINUTES=30, see tests/README.md
#   make check-programs  50 programs and services behave as without us; installs
#                        them first
#   make lint            house rules: headers stand alone, layers point down
#   make fuzz            all that reads under libFuzzer: SECONDS=60 each,
#                        TARGET="ring diff", see tests/README.md
#   make bench           timings against other profilers; also bench-sampled,
#                        bench-instructions, bench-drain, bench-report, bench-names,
#                        bench-advice, bench-diff, see tests/bench/README.md
#   make deps            install the packages that a build needs
#   make install PREFIX=/usr DESTDIR=pkg     also: uninstall, clean, help
#
#   DEBUG=1  SAN=address,undefined  WERROR=1  V=1 (show the commands)

NAME    := heapwise
VERSION := 0.1.0

ifeq ($(origin CC),default)
CC := gcc
endif
PKG_CONFIG ?= pkg-config
INSTALL    ?= install
PREFIX     ?= /usr/local
BINDIR     ?= $(PREFIX)/bin
LIBDIR     ?= $(PREFIX)/lib
MANDIR     ?= $(PREFIX)/share/man

comma   := ,
FLAVOUR := $(if $(filter 1,$(DEBUG)),debug)$(if $(SAN),-$(subst $(comma),-,$(SAN)))
B       := build$(if $(FLAVOUR),/$(patsubst -%,%,$(FLAVOUR)))

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	    -Wold-style-definition -Wpointer-arith -Wwrite-strings -Wvla \
	    -Wformat=2 -Wundef -fno-common $(if $(WERROR),-Werror)
CFLAGS   ?= $(if $(filter 1,$(DEBUG)),-Og -g3,-O2 -g)
BASE     := -std=gnu11 -D_GNU_SOURCE -DVERSION='"$(VERSION)"' -iquote . $(WARNINGS)
BASE     += $(if $(filter 1,$(DEBUG)),,-DNDEBUG)
SANFLAGS := $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer)
DEPS      = -MMD -MP -MT $@ -MF $@.d

pc = $(shell $(PKG_CONFIG) --$(1) $(2) 2>/dev/null)
ANALYZER_PC := libzstd zlib liblzma libdw libelf jansson

# The preloaded object: nothing visible but preload/exports.map; TLS that never
# calls malloc; symbols bound at load, never inside malloc. libgcc_s stands
# before libunwind: both export _Unwind_*, and C++ exceptions need the former's.
PRELOAD_CFLAGS  := -fPIC -fvisibility=hidden -ftls-model=initial-exec \
		   -fno-builtin-malloc -fno-builtin-calloc -fno-builtin-realloc \
		   -fno-builtin-free $(call pc,cflags,libunwind libzstd)
PRELOAD_LDFLAGS := -shared -Wl,-soname,lib$(NAME).so \
		   -Wl,--version-script=preload/exports.map \
		   $(if $(SAN),,-Wl$(comma)-z$(comma)defs) -Wl,-z,now -Wl,-z,nodelete -Wl,-z,noexecstack \
		   -Wl,--exclude-libs,ALL
# Libunwind's functions are looked up, hence not known to be needed.
PRELOAD_LIBS    := -Wl,--no-as-needed -lgcc_s -lunwind-x86_64 \
		   -Wl,--as-needed -l:libzstd.a
ANALYZER_CFLAGS := $(call pc,cflags,$(ANALYZER_PC))
ANALYZER_LIBS   := $(call pc,libs,$(ANALYZER_PC)) -liberty -lm -pthread

# preload/ makes two things: the object, and the collector, which is a program
# of its own. These modules are in the collector only, and in both.
COLLECTOR_ONLY := close_files ring_map ring_wait process usage_proc bus_guard unpublished session \
		  collector leftover group_watch launch
COLLECTOR_BOTH := sys options clock dump_file writer ring_view payloads block_index tree_drain \
		  event_drain buffer_list series drain
INCLUDE_OBJ  := $(patsubst %.c,$(B)/%.o,$(wildcard include/*.c))
COLLECTOR_OBJ := $(patsubst %.c,$(B)/%.o,$(wildcard $(patsubst %,preload/%.c,\
		 $(COLLECTOR_ONLY) $(COLLECTOR_BOTH)))) $(INCLUDE_OBJ)
PRELOAD_OBJ  := $(patsubst %.c,$(B)/%.o,$(filter-out $(patsubst %,preload/%.c,\
		$(COLLECTOR_ONLY)),$(wildcard preload/*.c))) $(INCLUDE_OBJ)
ANALYZER_OBJ := $(patsubst %.c,$(B)/%.o,$(wildcard analyzer/*.c analyzer/*/*.c)) $(INCLUDE_OBJ)
SAMPLES      := $(patsubst %.c,$(B)/%,$(wildcard samples/*.c)) \
		$(patsubst %.cc,$(B)/%,$(wildcard samples/*.cc)) \
		$(patsubst samples/lib/%,$(B)/samples/lib/lib%.so,\
		$(basename $(wildcard samples/lib/*.c samples/lib/*.cc)))
UNIT         := $(patsubst %.c,$(B)/%,$(wildcard tests/unit/test_*.c))
TORTURE      := $(patsubst %.c,$(B)/%,$(wildcard tests/torture/*.c)) $(B)/tests/soak/soak
SOURCES      := $(wildcard $(foreach d,include preload analyzer analyzer/*,$d/*.c $d/*.h))
HEADERS      := $(filter %.h,$(SOURCES))

SO   := $(B)/lib$(NAME).so
BIN  := $(B)/$(NAME)
COLL := $(B)/$(NAME)-collect

BUILD_PACKAGES := gcc make pkg-config libc6-dev libunwind-dev libzstd-dev zlib1g-dev \
		  uthash-dev libdw-dev libelf-dev liblzma-dev libiberty-dev libjansson-dev
TEST_PACKAGES  := binutils libcmocka-dev valgrind jq sqlite3 git xz-utils python3 strace llvm \
		  clang g++ gawk gdb bash ?libjemalloc2 ?libtcmalloc-minimal4 \
		  ?libmimalloc2.0 ?chromium ?nodejs ?npm ?golang-go ?dwz ?libdebuginfod1 ?libc6-i386 \
		  ?redis-server ?redis-tools ?nginx ?wrk ?memcached ?postgresql \
		  ?libpython3.11-testsuite ?libpython3.13-testsuite

# What tests/programs has jobs for, beyond TEST_PACKAGES: a job without its
# program is skipped.
PROGRAM_PACKAGES := ?cmake ?curl ?default-jdk-headless ?ffmpeg ?ghostscript ?imagemagick \
		  ?lua5.4 ?luajit ?ninja-build ?openssl ?perl ?ruby ?rustc ?systemd ?tmux ?vim ?zstd

BENCH_PACKAGES := python3 g++ clang jq sqlite3 valgrind heaptrack zstd redis-tools \
		  ?redis-server ?libjemalloc2

ifneq ($(V),1)
Q = @
say = @printf '  %-7s %s\n' $(1) $(2);
endif

.DELETE_ON_ERROR:
.PHONY: all fuzz soak deps test-deps demo check check-all check-unit check-e2e check-torture check-sanitized check-programs check-programs-all check-long \
	check-long-all bench bench-drain bench-report bench-names bench-sampled bench-instructions \
	bench-advice bench-diff samples-advice samples-diff bench-deps bench-programs lint headers layers format install uninstall clean help
all: $(SO) $(BIN) $(COLL) $(B)/class/.made

$(SO): $(PRELOAD_OBJ) preload/exports.map
	$(call say,LINK,$@)$(CC) $(CFLAGS) $(PRELOAD_LDFLAGS) $(LDFLAGS) -o $@ $(PRELOAD_OBJ) $(PRELOAD_LIBS)

$(BIN): $(ANALYZER_OBJ)
	$(call say,LINK,$@)$(CC) $(CFLAGS) $(SANFLAGS) $(LDFLAGS) -o $@ $^ $(ANALYZER_LIBS)

# Static, so that the LD_PRELOAD that is meant for COMMAND passes it by.
$(COLL): $(COLLECTOR_OBJ)
	$(call say,LINK,$@)$(CC) $(CFLAGS) $(SANFLAGS) $(LDFLAGS) $(if $(SAN),,-static) -o $@ $^ -lzstd

# LD_PRELOAD=.../class/$$LIB/libheapwise.so is, by the loader's own words for a
# library's folder, ours for 64-bit programs, and for 32-bit ones, whose loader
# would complain, an empty library. Not where the compiler makes none.
CLASS_64 := lib/x86_64-linux-gnu lib64 lib
CLASS_32 := lib/i386-linux-gnu lib32
$(B)/class/.made: Makefile
	$(Q)mkdir -p $(addprefix $(@D)/,$(CLASS_64) $(CLASS_32))
	$(Q)for d in $(CLASS_64); do ln -snf ../$$(echo $$d | sed 's,[^/]*,..,g')/lib$(NAME).so $(@D)/$$d/lib$(NAME).so; done
	$(Q)for d in $(CLASS_32); do $(CC) -m32 -shared -nostdlib -Wl,-z,noexecstack -o $(@D)/$$d/lib$(NAME).so \
		-x c /dev/null 2>/dev/null || rm -f $(@D)/$$d/lib$(NAME).so; done
	$(Q)touch $@

# Every event passes through these: no vector registers. A call at the end of an
# interposed function has to be a jump, so that what it calls stands on the
# target's frame: gcc -Og and clang -O1 make none, whatever else is asked for.
HOT := intercept intercept_cxx recorder entry rules ring ring_area unwind recent_walks node_table stacks stack_memory thread sampler sampled_set
$(HOT:%=$(B)/preload/%.o): HOTFLAGS := -mgeneral-regs-only
$(B)/preload/intercept.o $(B)/preload/intercept_cxx.o: HOTFLAGS += -O2 -foptimize-sibling-calls
$(B)/preload/intercept.o $(B)/preload/intercept_cxx.o $(B)/preload/intercept_process.o: HOTFLAGS += -fvisibility=default

$(B)/preload/%.o: preload/%.c
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(BASE) $(PRELOAD_CFLAGS) $(CFLAGS) $(HOTFLAGS) $(SANFLAGS) $(DEPS) -c -o $@ $<

$(B)/include/%.o: include/%.c
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(BASE) -fPIC -fvisibility=hidden $(CFLAGS) $(SANFLAGS) $(DEPS) -c -o $@ $<

$(B)/analyzer/%.o: analyzer/%.c
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(BASE) $(ANALYZER_CFLAGS) $(CFLAGS) $(SANFLAGS) $(DEPS) -c -o $@ $<

# Its templates are part of it.
$(B)/analyzer/advice/skeletons.o: $(wildcard analyzer/advice/skeletons/*)

# A unit test sees every module, but neither main() nor the interposed names.
UNIT_OBJ := $(sort $(filter-out %/intercept.o %/intercept_cxx.o %/intercept_process.o \
	    %/lifecycle.o %/main.o %/launch.o,$(PRELOAD_OBJ) $(ANALYZER_OBJ) $(COLLECTOR_OBJ)))
# Rooms of analyzer/ where there is but one thread.
ifeq ($(SAN),thread)
UNIT_OBJ := $(filter-out $(patsubst %.c,$(B)/%.o,$(wildcard analyzer/*/*.c)),$(UNIT_OBJ))
endif
UNIT_HELP := $(patsubst %.c,$(B)/%.o,$(filter-out tests/unit/test_%.c,$(wildcard tests/unit/*.c)))
$(UNIT_HELP): $(B)/tests/unit/%.o: tests/unit/%.c
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(BASE) $(ANALYZER_CFLAGS) $(CFLAGS) $(SANFLAGS) $(DEPS) -c -o $@ $<
# A thin archive: of 300 modules the linker takes those that a test needs.
UNIT_LIB := $(B)/tests/unit/modules.a
$(UNIT_LIB): $(UNIT_OBJ) $(UNIT_HELP)
	$(Q)rm -f $@ && $(AR) rcsT $@ $^
$(B)/tests/unit/%: tests/unit/%.c $(UNIT_LIB)
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(BASE) $(ANALYZER_CFLAGS) $(CFLAGS) $(SANFLAGS) $(LDFLAGS) $(DEPS) -o $@ $< $(UNIT_LIB) \
		$(PRELOAD_LIBS) $(ANALYZER_LIBS) -lcmocka

# Samples are targets, not our code: no warnings policy, no sanitizer, real frames.
SAMPLE_CFLAGS := -g -O1 -fno-builtin -fno-omit-frame-pointer -w
$(B)/samples/%: samples/%.c samples/sample.h
	@mkdir -p $(@D)
	$(call say,SAMPLE,$<)$(CC) $(SAMPLE_CFLAGS) -o $@ $< $(SAMPLE_LIBS) -pthread -ldl
$(B)/samples/%: samples/%.cc samples/sample.h
	@mkdir -p $(@D)
	$(call say,SAMPLE,$<)$(CXX) -std=c++20 $(SAMPLE_CFLAGS) -o $@ $< -pthread -ldl
$(B)/samples/lib/lib%.so: samples/lib/%.c
	@mkdir -p $(@D)
	$(call say,SAMPLE,$<)$(CC) $(SAMPLE_CFLAGS) -shared -fPIC -o $@ $< -pthread
$(B)/samples/lib/lib%.so: samples/lib/%.cc
	@mkdir -p $(@D)
	$(call say,SAMPLE,$<)$(CXX) -std=c++20 $(SAMPLE_CFLAGS) -shared -fPIC -o $@ $<
$(B)/samples/handler $(B)/samples/handlerfork $(B)/samples/rawfork: $(B)/samples/lib/libbump.so
$(B)/samples/handler $(B)/samples/handlerfork $(B)/samples/rawfork: SAMPLE_LIBS := -L$(B)/samples/lib -lbump -Wl,-rpath,'$$ORIGIN/lib'
$(B)/samples/farewell: $(B)/samples/lib/libgoodbye.so
$(B)/samples/farewell: SAMPLE_LIBS := -L$(B)/samples/lib -lgoodbye -Wl,-rpath,'$$ORIGIN/lib'
$(B)/samples/holes: SAMPLE_LIBS := -no-pie -Wl,-Trodata-segment=0x2000000

# A case that needs flags of its own has a `build` line in its opening comment.
$(B)/tests/torture/%: tests/torture/%.c samples/sample.h
	@mkdir -p $(@D)
	$(call say,CASE,$<)$(CC) $(SAMPLE_CFLAGS) -iquote . $$(sed -n 's/^ \* build //p' $<) -o $@ $< -pthread -ldl

# The soak: its allocator and the plugins stand beside it.
SOAK_FLAGS   := $(SAMPLE_CFLAGS) -D_GNU_SOURCE -iquote .
SOAK_PLUGINS := $(foreach n,0 1 2 3 4 5,$(B)/tests/soak/libsoakplugin$n.so)
$(SOAK_PLUGINS): $(B)/tests/soak/libsoakplugin%.so: tests/soak/plugin.c
	@mkdir -p $(@D)
	$(call say,SOAK,'$< $*')$(CC) $(SOAK_FLAGS) -shared -fPIC -DNUMBER=$* -o $@ $<
$(B)/tests/soak/libsoakheap.so: tests/soak/heap.c $(wildcard tests/soak/*.h)
	@mkdir -p $(@D)
	$(call say,SOAK,$<)$(CC) $(SOAK_FLAGS) -shared -fPIC -o $@ $<
$(B)/tests/soak/soak: $(patsubst %,tests/soak/%.c,soak work child plugins) $(wildcard tests/soak/*.h) \
		| $(B)/tests/soak/libsoakheap.so $(SOAK_PLUGINS)
	$(call say,SOAK,$@)$(CC) $(SOAK_FLAGS) -o $@ $(filter %.c,$^) -L$(@D) -lsoakheap \
		-Wl,-rpath,'$$ORIGIN' -pthread -ldl
soak: all $(B)/tests/soak/soak
	$(Q)B=$(B) MINUTES='$(or $(MINUTES),30)' WAYS='$(or $(WAYS),record)' tests/torture/soak.sh

# The recorder as a part of the program that it records, for what cannot look
# into a preloaded object (valgrind, ThreadSanitizer); what it interposes is
# called traced_malloc and so on there, and programs are made to call that. Its
# code is a section of its own: frames in there are not the target's.
LINKED_NAMES := $(B)/linked/names
LINKED_TEXT  := .text .text.unlikely .text.startup .text.exit .text.hot
$(LINKED_NAMES): preload/exports.map
	@mkdir -p $(@D)
	$(Q)tr -s ' \t;' '\n' <$< | sed -n '/:$$/d; s/^[A-Za-z_][A-Za-z_0-9]*$$/& traced_&/p' >$@
$(B)/linked/recorder.o: $(PRELOAD_OBJ) $(LINKED_NAMES)
	$(call say,LINK,$@)$(LD) -r -o $@ $(PRELOAD_OBJ) && objcopy --redefine-syms=$(LINKED_NAMES) \
		$(LINKED_TEXT:%=--rename-section %=recorder) \
		--redefine-sym __ehdr_start=__start_recorder --redefine-sym _end=__stop_recorder $@
define linked_rule
$(B)/linked/%: $(1)/%.c samples/sample.h $(B)/linked/recorder.o
	$$(call say,SAMPLE,$$@)$$(CC) $$(SAMPLE_CFLAGS) $$(SANFLAGS) -iquote . -c -o $$@.o $$< && \
		objcopy --redefine-syms=$$(LINKED_NAMES) $$@.o && \
		$$(CC) $$(SANFLAGS) $$(LDFLAGS) -o $$@ $$@.o $(B)/linked/recorder.o $$(PRELOAD_LIBS) -pthread -ldl
endef
$(foreach d,samples tests/torture tests/linked,$(eval $(call linked_rule,$d)))

# What `heapwise advise` is judged by: built as programs are shipped. Those that
# know FIXED are built a second time, with what the advice asks for.
ADVICE_SRC    := $(wildcard samples/advice/*/*.c samples/advice/*/*.cc)
ADVICE_FIXED  := $(shell grep -lE '^\#.*\bFIXED\b' $(ADVICE_SRC) /dev/null)
ADVICE_PROGS  := $(addprefix $(B)/,$(basename $(ADVICE_SRC)) $(addsuffix .fixed,$(basename $(ADVICE_FIXED))))
ADVICE_CFLAGS := -O2 -g -pthread
$(B)/samples/advice/%.fixed: ADVICE_CFLAGS += -DFIXED
define advice_rule
$(foreach s,$(filter %.$(1),$(ADVICE_SRC)),$(B)/$(basename $s)) : $(B)/% : %.$(1)
	@mkdir -p $$(@D)
	$$(call say,SAMPLE,$$<)$(2) $$(ADVICE_CFLAGS) -o $$@ $$< -lm
$(foreach s,$(filter %.$(1),$(ADVICE_FIXED)),$(B)/$(basename $s).fixed) : $(B)/%.fixed : %.$(1)
	@mkdir -p $$(@D)
	$$(call say,SAMPLE,$$<)$(2) $$(ADVICE_CFLAGS) -o $$@ $$< -lm
endef
$(eval $(call advice_rule,c,$$(CC) -std=gnu11))
$(eval $(call advice_rule,cc,$$(CXX) -std=c++17))
samples-advice: $(ADVICE_PROGS)
	@:

# What `heapwise diff` is judged by: each source is built twice.
DIFF_SRC   := $(filter-out %.new.c,$(wildcard samples/diff/*.c samples/diff/*.cc))
DIFF_PAIRS := $(foreach s,$(DIFF_SRC:samples/diff/%=%),$(B)/samples/diff/old/$(basename $s) $(B)/samples/diff/new/$(basename $s))
define diff_rule
$(B)/samples/diff/$(1)/$(basename $(notdir $(2))): $(2) $(wildcard $(2:.c=.new.c) samples/diff/part/* samples/diff/build.sh)
	@mkdir -p $$(@D)
	$$(call say,SAMPLE,'$(2) $(1)')CC='$$(CC)' CXX='$$(CXX)' samples/diff/build.sh $(1) $(2) $$@
endef
$(foreach s,$(DIFF_SRC),$(foreach side,old new,$(eval $(call diff_rule,$(side),$s))))
samples-diff: $(DIFF_PAIRS)
	@:

# The packages may be missing when this file is read, and with them what
# pkg-config says: everything after their installation is a second make.
AGAIN    := $(MAKE) --no-print-directory
LONG_E2E := verify sampled kills handover dhat symbols
LONG_CASES := many_events failing_calls failing_memory
E2E      := $(filter-out %/lib.sh,$(wildcard tests/e2e/*.sh))
CASES    := tests/torture.sh $(wildcard tests/torture/*.sh)
# Which of them say nothing of the reader, or are the sanitizers' own already.
PLAIN_E2E := allocators bindings fuzz skeletons stackuse
SANITIZED_BUILD := SAN=address,undefined CFLAGS='-O1 -g1'
RUN      := B=$(B) CC='$(CC)' MAKE='$(MAKE)' tests/run.sh $(B)/log

deps:
	$(Q).ci/packages.sh $(BUILD_PACKAGES)
test-deps:
	$(Q).ci/packages.sh $(BUILD_PACKAGES) $(TEST_PACKAGES)
demo:
	$(Q).ci/packages.sh $(BUILD_PACKAGES) jq
	$(Q)$(AGAIN) all
	$(Q)B=$(B) samples/demo.sh
check: test-deps
	$(Q)$(AGAIN) check-all
check-all: all $(UNIT) $(SAMPLES) $(TORTURE) samples-diff
	$(Q)$(RUN) tests/sanitizers.sh tests/programs.sh $(E2E) $(CASES) tests/lint.sh tests/compilers.sh $(UNIT)
check-unit: $(UNIT)
	$(Q)$(RUN) $(UNIT)
check-e2e: all $(SAMPLES) samples-diff
	$(Q)$(RUN) $(E2E)
# The reader with ASan, LSan and UBSan in it, where lib.sh looks for it, beside
# the recorder as ever.
$(B)/sanitized/heapwise: all
	@mkdir -p $(@D)
	$(Q)flock build/address,undefined.lock $(AGAIN) $(SANITIZED_BUILD) build/address-undefined/heapwise
	$(Q)cp build/address-undefined/heapwise $@
	$(Q)ln -sf ../libheapwise.so ../heapwise-collect $(@D)/
check-sanitized: $(B)/sanitized/heapwise $(SAMPLES) samples-diff
	$(Q)SANITIZED=1 $(RUN) tests/commands.sh $(filter-out $(PLAIN_E2E:%=tests/e2e/%.sh),$(E2E))
check-torture: all $(SAMPLES) $(TORTURE)
	$(Q)$(RUN) $(CASES)
check-programs: test-deps
	$(Q).ci/packages.sh $(PROGRAM_PACKAGES)
	$(Q)$(AGAIN) check-programs-all
# PROGRAMS="redis nginx": only these.
check-programs-all: all
	$(Q)B=$(B) tests/programs.sh --table $(or $(PROGRAMS),--all)
check-long: test-deps
	$(Q)$(AGAIN) check-long-all
check-long-all: all $(UNIT) $(SAMPLES)
	$(Q)LONG=1 TIMEOUT=7200 $(RUN) tests/sanitizers.sh tests/compilers.sh $(LONG_E2E:%=tests/e2e/%.sh) \
		$(LONG_CASES:%=tests/torture/%.sh) $(UNIT)

# DUMPS=... : their events, instead of invented ones.
bench-drain: $(B)/tests/bench/drain_speed
	$(Q)$< $(DUMPS)
# DUMPS=...: recordings to name every address of; else those of name_load.sh.
bench-names: all $(B)/tests/bench/name_speed
	$(Q)[ -n "$(DUMPS)" ] || tests/bench/name_load.sh $(B)/bench/names $(BIN) $(UNITS)
	$(Q)if [ -n "$(DUMPS)" ]; then $(B)/tests/bench/name_speed $(DUMPS); else \
		$(B)/tests/bench/name_speed $(B)/bench/names/clang-*.hwd && \
		$(B)/tests/bench/name_speed $(B)/bench/names/large.hwd; fi
$(B)/tests/bench/%: tests/bench/%.c $(UNIT_OBJ)
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(BASE) $(ANALYZER_CFLAGS) $(CFLAGS) $(SANFLAGS) $(DEPS) -o $@ $< $(UNIT_OBJ) \
		$(PRELOAD_LIBS) $(ANALYZER_LIBS)
# Its frames must stay apart, as written: no tail calls, no merged ones.
$(B)/bench/report_load: tests/bench/report_load.c
	@mkdir -p $(@D)
	$(call say,BENCH,$<)$(CC) $(SAMPLE_CFLAGS) -fno-optimize-sibling-calls -fno-crossjumping \
		-fno-tree-tail-merge -o $@ $< -pthread
bench-report: all $(B)/bench/report_load
	$(Q)B=$(B) tests/bench/report_speed.sh

# All targets are one program; everything but main() is in it, compiled once
# with coverage: commands run inside. TARGET="ring diff": only these.
FUZZ_OBJ   := $(patsubst %.c,$(B)/fuzz/%.o,$(filter-out analyzer/main.c,\
	      $(wildcard include/*.c analyzer/*.c analyzer/*/*.c)) \
	      $(patsubst %,preload/%.c,$(sort $(COLLECTOR_BOTH) leftover ring_map process bus_guard)))
FUZZ_TESTS := $(patsubst %.c,$(B)/fuzz/%.o,$(filter-out %/replay.c,$(wildcard tests/fuzz/*.c)))
FUZZ_FLAGS := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
$(FUZZ_OBJ): COVERAGE := -fsanitize=fuzzer-no-link
$(FUZZ_OBJ) $(FUZZ_TESTS): $(B)/fuzz/%.o: %.c
	@mkdir -p $(@D)
	$(call say,FUZZ,$<)clang $(BASE) $(ANALYZER_CFLAGS) $(FUZZ_FLAGS) $(COVERAGE) $(DEPS) -c -o $@ $<
$(B)/fuzz/fuzz: $(FUZZ_OBJ) $(FUZZ_TESTS)
	$(call say,LINK,$@)clang $(FUZZ_FLAGS) -fsanitize=fuzzer -o $@ $^ $(ANALYZER_LIBS) && touch $(@D)/heapwise-collect
fuzz: $(B)/fuzz/fuzz
	$(Q)B=$(B) EACH=$(or $(SECONDS),60) tests/fuzz/run.sh $(TARGET)
# The same without libFuzzer: `make check` replays the corpus with it.
$(B)/tests/fuzz/replay: $(filter-out %/fuzz.c,$(wildcard tests/fuzz/*.c)) $(wildcard tests/fuzz/*.h) $(UNIT_LIB)
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(BASE) $(ANALYZER_CFLAGS) $(CFLAGS) $(SANFLAGS) -o $@ $(filter %.c,$^) $(UNIT_LIB) \
		$(PRELOAD_LIBS) $(ANALYZER_LIBS) && touch $(@D)/heapwise-collect

# The benchmark's own programs are built as programs are shipped; see work.h.
BENCH_PROGS := $(patsubst tests/bench/%.c,$(B)/bench/%,$(filter-out %/drain_speed.c %/name_speed.c %/report_load.c \
	       %/incumbent_speed.c,\
	       $(wildcard tests/bench/*.c)))
BENCH := B=$(B) CC='$(CC)' python3 -B tests/bench
$(B)/bench/measure: BENCH_LDFLAGS := -static
$(B)/bench/%: tests/bench/%.c tests/bench/work.h
	@mkdir -p $(@D)
	$(call say,BENCH,$<)$(CC) $(BASE) -O2 -g -fno-builtin -fno-optimize-sibling-calls $(BENCH_LDFLAGS) -o $@ $< -pthread
bench-deps:
	$(Q).ci/packages.sh $(BUILD_PACKAGES) $(BENCH_PACKAGES)
bench-programs: all $(BENCH_PROGS)
	@:
bench: bench-deps
	$(Q)$(AGAIN) bench-programs
	$(Q)$(BENCH)/bench.py
bench-sampled bench-instructions: bench-%: bench-deps
	$(Q)$(AGAIN) bench-programs
	$(Q)$(BENCH)/$*.py

# ADVICE="--only pool --no-timing": arguments of the judge.
bench-advice:
	$(Q).ci/packages.sh $(BUILD_PACKAGES) g++ python3
	$(Q)$(AGAIN) all samples-advice
	$(Q)$(BENCH)/advice.py $(ADVICE)

# DIFF="same grown runs large": its parts; PAIRS=500.
bench-diff: $(B)/bench/report_load
	$(Q).ci/packages.sh $(BUILD_PACKAGES) python3
	$(Q)$(AGAIN) all $(B)/bench/diff_load
	$(Q)$(BENCH)/diff.py $(DIFF)

lint: headers layers
headers: $(HEADERS:%=$(B)/%.ok)
$(B)/%.h.ok: %.h
	@mkdir -p $(@D)
	$(call say,HEADER,$<)printf '#include "%s"\n' $< | $(CC) $(BASE) $(ANALYZER_CFLAGS) $(PRELOAD_CFLAGS) \
		-Wno-unused-macros -fsyntax-only $(DEPS) -x c - && touch $@
layers:
	$(Q)awk -v layers=tests/layers.txt -f tests/check_layers.awk $(SOURCES)
format:
	$(Q)clang-format -i $(shell git ls-files '*.[ch]')

install: all
	$(INSTALL) -D -m 755 $(BIN) $(DESTDIR)$(BINDIR)/$(NAME)
	$(INSTALL) -D -m 755 $(COLL) $(DESTDIR)$(LIBDIR)/$(NAME)/$(NAME)-collect
	$(INSTALL) -D -m 755 $(SO) $(DESTDIR)$(LIBDIR)/$(NAME)/lib$(NAME).so
	cp -R $(B)/class $(DESTDIR)$(LIBDIR)/$(NAME)/
	$(INSTALL) -D -m 644 analyzer/$(NAME).1 $(DESTDIR)$(MANDIR)/man1/$(NAME).1
uninstall:
	$(RM) $(DESTDIR)$(BINDIR)/$(NAME) $(DESTDIR)$(MANDIR)/man1/$(NAME).1
	$(RM) -r $(DESTDIR)$(LIBDIR)/$(NAME)
clean:
	$(RM) -r build
help:
	@sed -n '/^#   /s/^#   //p' Makefile

-include $(wildcard $(FUZZ_OBJ:=.d) $(FUZZ_TESTS:=.d) $(PRELOAD_OBJ:=.d) $(ANALYZER_OBJ:=.d) $(COLLECTOR_OBJ:=.d) $(UNIT:=.d) $(UNIT_HELP:=.d) $(B)/tests/bench/drain_speed.d $(B)/tests/bench/name_speed.d $(B)/tests/bench/incumbent_speed.d $(HEADERS:%=$(B)/%.ok.d))
