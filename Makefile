# Miauflix. `make help` lists what there is; the two commands to know are
# `make demo` and `make test`. One Makefile, no recursion: lists of files are
# wildcards, so a new handler, task, command or test needs no line here.

BUILD ?= build
CC = gcc
CXX = g++
NODE = node_modules/.bin/node
PKGS = json-c libjwt libuv sqlite3 libcrypto libargon2 libcrypt libseccomp libutf8proc libqrencode libfido2 libcbor libzip uchardet libcurl
TEST_PKGS = cmocka
# V=1 shows whole commands.
Q = $(if $(V),,@)
say = $(if $(V)$(findstring s,$(firstword -$(MAKEFLAGS))),@:,@echo "  $(if $(findstring .o,$(suffix $@)),CC,LD) $@")
VERSION := $(shell cat VERSION)

WARN = -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wvla \
  -Wmissing-prototypes -Wformat=2 -Wno-format-nonliteral
ifeq ($(SAN),1)
  BUILD := $(BUILD)-san
  HARDEN = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
    -fno-omit-frame-pointer
  HARDEN_LD = -fsanitize=address,undefined
else
  HARDEN = -O2 -g -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fPIE \
    -fstack-clash-protection -fcf-protection
  HARDEN_LD = -pie -Wl,-z,relro,-z,now -Wl,--as-needed
endif
ifdef ANALYZE
  HARDEN = -O1 -fanalyzer
endif
PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
CFLAGS = -std=c11 -D_GNU_SOURCE -DMIAU_VERSION='"$(VERSION)"' -I. -I$(BUILD)/gen \
  -pthread -MMD -MP $(WARN) $(HARDEN) $(PKG_CFLAGS)
LDFLAGS = -pthread $(HARDEN_LD)
# The engine behind daemon/torrent/torrent.h. Its library's own headers are not
# held to our warnings, and gcc's analyser knows C alone.
CXX_WARN = -Wall -Wextra -Werror -Wshadow=local -Wvla -Wformat=2 -Wno-format-nonliteral
CXXFLAGS = -std=c++17 -D_GNU_SOURCE -I. -pthread -MMD -MP $(CXX_WARN) $(filter-out -fanalyzer,$(HARDEN)) \
  $(patsubst -I%,-isystem %,$(shell pkg-config --cflags libtorrent-rasterbar 2>/dev/null))
# A handler links what every handler needs, and nothing of miaud's.
HANDLER_LIBS := -lfcgi $(shell pkg-config --libs json-c libjwt sqlite3 libcrypto libargon2 libcrypt libutf8proc libqrencode libfido2 libcbor libzip uchardet 2>/dev/null) -lm
DAEMON_LIBS := $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lm
TORRENT_LIBS := $(shell pkg-config --libs libtorrent-rasterbar 2>/dev/null)

LIB_C := $(wildcard lib/*/*.c)
LIB_O := $(LIB_C:%.c=$(BUILD)/obj/%.o) $(BUILD)/obj/gen/migrations.o
CGI_C := $(wildcard cgi/*.c)
HANDLERS := $(CGI_C:cgi/%.c=$(BUILD)/cgi/%.fcgi)
MIAUD_C := $(wildcard daemon/miaud/*.c daemon/miaud/*/*.c daemon/torrent/*.c)
MIAUD_CC := $(wildcard daemon/torrent/*.cc)
MIAUD_O := $(MIAUD_C:%.c=$(BUILD)/obj/%.o) $(MIAUD_CC:%.cc=$(BUILD)/obj/%.o)
MIAUCTL_C := $(wildcard daemon/miauctl/*.c)
MIAUCTL_O := $(MIAUCTL_C:%.c=$(BUILD)/obj/%.o)
UNIT_C := $(wildcard tests/unit/*/*_test.c)
UNIT_CC := $(wildcard tests/unit/*/*_test.cc)
UNITS := $(UNIT_C:tests/unit/%.c=$(BUILD)/unit/%) \
  $(UNIT_CC:tests/unit/%.cc=$(BUILD)/unit/%)
FUZZ_C := $(wildcard tests/fuzz/*.c)
FUZZERS := $(FUZZ_C:tests/fuzz/%.c=$(BUILD)/fuzz/%)
CONFINED = $(BUILD)/bin/miau-confine $(BUILD)/bin/miau-index
WEBSERVERS = lighttpd nginx apache
SQL := $(sort $(wildcard sql/*.sql))
WWW_SRC := $(shell find www -type f -not -path '*/dist/*' -not -path '*/node_modules/*' 2>/dev/null) docs/openapi.yaml
TESTABLE_O = $(filter-out %/main.o,$(MIAUD_O) $(MIAUCTL_O))

.PHONY: all help programs app deps demo run test test-long test-unit test-fuzz \
  test-api test-browser test-fault test-app test-webservers check bench \
  bench-stream clean install uninstall deb
.DELETE_ON_ERROR:
.SECONDARY:

all: programs app

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 14

deps: $(BUILD)/.deps ## install what is needed (Debian packages, npm packages)
$(BUILD)/.deps: tools/deps package-lock.json
	@tools/deps
	@mkdir -p $(@D) && touch $@

demo: deps ## everything, on a sample world: http://127.0.0.1:8080
	@exec tools/demo

run: deps ## your own, permanent installation in this folder (var/)
	@exec tools/run

programs: $(HANDLERS) $(BUILD)/bin/miaud $(BUILD)/bin/miauctl $(CONFINED) \
  $(addprefix $(BUILD)/share/,$(WEBSERVERS:%=%.conf) openapi.json films.json miauctl.1 trust.html trust.css) ## handlers, miaud, miauctl

app: www/dist/.built ## the web app
www/dist/.built: $(WWW_SRC) package.json | $(BUILD)/.deps
	@npm run --silent build
	@touch $@

$(BUILD)/gen/migrations.c: $(SQL) tools/embed-sql
	@mkdir -p $(@D)
	tools/embed-sql sql > $@
$(BUILD)/obj/gen/migrations.o: $(BUILD)/gen/migrations.c
	@mkdir -p $(@D)
	$(say)
	$(Q)$(CC) $(CFLAGS) -c -o $@ $<
$(BUILD)/obj/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(say)
	$(Q)$(CC) $(CFLAGS) -c -o $@ $<
$(BUILD)/obj/%.o: %.cc Makefile
	@mkdir -p $(@D)
	$(say)
	$(Q)$(CXX) $(CXXFLAGS) -c -o $@ $<
$(BUILD)/libmiau.a: $(LIB_O)
	@ar rcs $@.$$$$ $^ && mv $@.$$$$ $@
$(BUILD)/libmiaud.a: $(TESTABLE_O)
	@ar rcs $@.$$$$ $^ && mv $@.$$$$ $@
.SECONDEXPANSION:
$(BUILD)/cgi/%.fcgi: $(BUILD)/obj/cgi/%.o \
  $$(addsuffix .o,$$(addprefix $(BUILD)/obj/,$$(basename $$(wildcard cgi/$$*/*.c)))) $(BUILD)/libmiau.a
	@mkdir -p $(@D)
	$(say)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(HANDLER_LIBS)
$(BUILD)/bin/miaud: $(MIAUD_O) $(BUILD)/libmiau.a
	@mkdir -p $(@D)
	$(say)
	$(Q)$(CXX) $(LDFLAGS) -o $@ $^ $(DAEMON_LIBS) $(TORRENT_LIBS)
$(BUILD)/bin/miauctl: $(MIAUCTL_O) $(BUILD)/libmiau.a
	@mkdir -p $(@D)
	$(say)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(DAEMON_LIBS)
# Never with sanitizers: they need more address space than there is when confined.
$(BUILD)/bin/miau-%: $$(wildcard daemon/$$*/*.[ch]) daemon/miaud/media/ask.h Makefile
	@mkdir -p $(@D)
	$(CC) -std=c11 -D_GNU_SOURCE -I. $(WARN) -O2 -g -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fPIE -pie \
	  -Wl,-z,relro,-z,now,--as-needed -o $@ $(filter %.c,$^) -lseccomp $(shell pkg-config --libs libavformat libavcodec libavutil)
$(BUILD)/share/films.json: share/films.json
	@mkdir -p $(@D)
	@cp $< $@
$(BUILD)/share/%: conf/%
	@mkdir -p $(@D)
	@cp $< $@
$(BUILD)/share/miauctl.1: $(BUILD)/bin/miauctl
	@mkdir -p $(@D)
	@$< manual > $@
$(BUILD)/share/openapi.json: docs/openapi.yaml tools/yaml-to-json.ts | $(BUILD)/.deps
	@mkdir -p $(@D)
	@$(NODE) tools/yaml-to-json.ts $< > $@

# Unit tests and fuzz targets: each file is a program.
$(BUILD)/unit/%: $(BUILD)/obj/tests/unit/%.o $(BUILD)/libmiaud.a $(BUILD)/libmiau.a | $(CONFINED)
	@mkdir -p $(@D)
	$(say)
	$(Q)$(CXX) $(LDFLAGS) -o $@ $^ -lfcgi $(DAEMON_LIBS) $(TORRENT_LIBS) $(shell pkg-config --libs $(TEST_PKGS))
$(BUILD)/fuzz/%: $(BUILD)/obj/tests/fuzz/%.o $(BUILD)/obj/tests/fuzz/driver/main.o $(BUILD)/libmiaud.a $(BUILD)/libmiau.a
	@mkdir -p $(@D)
	$(say)
	$(Q)$(CXX) $(LDFLAGS) -o $@ $^ -lfcgi $(DAEMON_LIBS) $(TORRENT_LIBS)
# What parts of miaud cost: see the first comment of each.
$(BUILD)/bench/%: $(BUILD)/obj/tests/bench/%.o $(BUILD)/libmiaud.a $(BUILD)/libmiau.a
	@mkdir -p $(@D)
	$(say)
	$(Q)$(CXX) $(LDFLAGS) -o $@ $^ $(DAEMON_LIBS) $(TORRENT_LIBS)
units: $(UNITS)
fuzzers: $(FUZZERS)

SUITES = unit fuzz lint app api browser fault
test: deps ## every test, ends with "N passed, N failed"
	@tests/run $(SUITES) front@nginx front@apache
test-long: deps ## the same with the full counts
	@MIAU_TEST_LONG=1 tests/run $(SUITES) $(FRONTS)
FRONTS = api@nginx api@apache browser@nginx browser@apache
test-webservers: deps ## API and browser tests under each web server
	@tests/run api browser $(FRONTS)
test-unit: deps ## unit tests under ASan and UBSan; T=base/str_test for one
test-fuzz: deps ## fuzz targets over their corpus
test-app: deps ## the web app's own tests
test-api: deps ## API tests; T=auth for one file
test-browser: deps ## browser tests
test-fault: deps ## faults
test-unit test-fuzz test-app test-api test-browser test-fault:
	@tests/run $(@:test-%=%)
bench: deps all ## ratios against peers started in the same run
	@$(NODE) tests/bench/run.ts && $(NODE) tests/bench/servers.ts && $(NODE) tests/bench/hls.ts
	@$(NODE) tests/bench/stream.ts
bench-stream: deps all ## the same for films that come from a swarm
	@$(NODE) tests/bench/stream.ts

install: programs app ## into PREFIX (/usr/local), below DESTDIR
	@PREFIX='$(PREFIX)' DESTDIR='$(DESTDIR)' BUILD=$(BUILD) tools/install
uninstall: ## remove that; configuration and data stay
	@PREFIX='$(PREFIX)' DESTDIR='$(DESTDIR)' tools/install remove
deb: programs app ## a Debian package, build/miauflix_VERSION_ARCH.deb
	@BUILD=$(BUILD) tools/deb
check: deps ## format, lint, types, shellcheck, cppcheck, -fanalyzer
	@tools/check

clean: ## remove what was built (not var/)
	rm -rf build build-san build-analyzer www/dist

-include $(LIB_O:.o=.d) $(MIAUD_O:.o=.d) $(MIAUCTL_O:.o=.d) \
  $(patsubst %.c,$(BUILD)/obj/%.d,$(CGI_C) $(wildcard cgi/*/*.c) $(UNIT_C) \
  $(FUZZ_C)) $(UNIT_CC:%.cc=$(BUILD)/obj/%.d)
