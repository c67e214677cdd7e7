/* The command table: what is parsed, and that help, completion and manual show
 * every row of it. */
#include "tests/unit/helpers.h"

#include "daemon/miauctl/command.h"
#include "lib/base/buf.h"

enum { TEXT_MAX = 1024 * 1024 };

struct parsed {
	int result;
	const struct command *at;
	struct args args;
	bool is_json, is_help;
	struct err err;
};

static void
parse(struct parsed *parsed, const char *line)
{
	static char text[1024];
	char *argv[32] = { text };
	char *save = NULL, *word;
	int argc = 1;

	snprintf(text, sizeof(text), "miauctl %s", line);
	strtok_r(text, " ", &save);
	while ((word = strtok_r(NULL, " ", &save)) != NULL && argc < 31)
		argv[argc++] = word;
	memset(parsed, 0, sizeof(*parsed));
	parsed->result = command_parse(argc, argv, &parsed->at, &parsed->args,
	    &parsed->is_json, &parsed->is_help, &parsed->err);
}

static void
test_parse(void **state)
{
	struct parsed p;

	(void)state;
	parse(&p, "up");
	assert_int_equal(p.result, 0);
	assert_ptr_equal(p.at, &command_up);
	assert_false(args_has(&p.args, "detach"));
	parse(&p, "up -d");
	assert_true(args_has(&p.args, "detach"));
	parse(&p, "--json up --detach");
	assert_int_equal(p.result, 0);
	assert_true(p.is_json && args_has(&p.args, "detach"));
	parse(&p, "library files --state=refused -n 5");
	assert_int_equal(p.result, 0);
	assert_string_equal(args_text(&p.args, "state"), "refused");
	assert_int_equal(args_int(&p.args, "limit", 0), 5);
	parse(&p, "library files");
	assert_int_equal(args_int(&p.args, "limit", 7), 7);
	parse(&p, "setup --folder /a -f/b --folder=/c");
	assert_int_equal(p.result, 0);
	assert_string_equal(args_nth(&p.args, "folder", 0), "/a");
	assert_string_equal(args_nth(&p.args, "folder", 1), "/b");
	assert_string_equal(args_nth(&p.args, "folder", 2), "/c");
	assert_null(args_nth(&p.args, "folder", 3));
	parse(&p, "config set cors.origins -- --odd");
	assert_int_equal(p.result, 0);
	assert_int_equal(p.args.n_words, 2);
	assert_string_equal(p.args.word[1], "--odd");
	/* A number behind other words is a value, not an option. */
	parse(&p, "config set storage.limit -1 --json");
	assert_int_equal(p.result, 0);
	assert_string_equal(p.args.word[1], "-1");
	assert_true(p.is_json);
	parse(&p, "help library add");
	assert_int_equal(p.result, 0);
	assert_ptr_equal(p.at, &command_help);
	assert_int_equal(p.args.n_words, 2);
	parse(&p, "title import -");
	assert_int_equal(p.result, 0);
	assert_string_equal(p.args.word[0], "-");
	parse(&p, "library add --help");
	assert_int_equal(p.result, 0);
	assert_true(p.is_help);
	assert_string_equal(p.at->name, "add");
}

static void
test_refuse(void **state)
{
	static const char *const lines[] = { "", "nothing", "library",
		"library nothing", "library add", "up word", "up --detach=yes",
		"up --unknown", "up -x", "up -d -d", "library files --limit",
		"library files --limit 0", "library files --limit x",
		"library files --state lost", "why", "why a b", "-1",
		"config set -1", "user add a b" };
	struct parsed p;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(lines); i++) {
		parse(&p, lines[i]);
		if (p.result != -1)
			fail_msg("\"%s\" was taken", lines[i]);
		assert_true(strlen(p.err.text) > 0);
	}
}

static int
count_rows(const struct command *const *list, const struct buf *text,
    void (*expect)(const struct command *command, const struct buf *text))
{
	int n = 0;

	for (; *list != NULL; list++) {
		expect(*list, text);
		n++;
		if ((*list)->subs != NULL)
			n += count_rows((*list)->subs, text, expect);
	}
	return n;
}

static void
expect_text(const struct buf *text, const char *wanted)
{
	if (strstr(text->data, wanted) == NULL)
		fail_msg("\"%s\" is missing", wanted);
}

static void
expect_in_manual(const struct command *command, const struct buf *text)
{
	const struct option *row;
	char wanted[128], *at;
	struct buf name, escaped;

	buf_init(&name, 256);
	buf_init(&escaped, 512);
	if (command->subs == NULL)
		command_put_name(command, &name);
	for (row = command->options; row != NULL && row->name; row++) {
		buf_reset(&escaped);
		snprintf(wanted, sizeof(wanted), "--%s", row->name);
		for (at = wanted; *at != '\0'; at++)
			buf_printf(&escaped, *at == '-' ? "\\-" : "%c", *at);
		expect_text(text, escaped.data);
	}
	expect_text(text, name.data);
	buf_fini(&escaped);
	buf_fini(&name);
}

static void
expect_in_completion(const struct command *command, const struct buf *text)
{
	const struct option *row;
	char wanted[128];
	struct buf name;

	buf_init(&name, 256);
	command_put_name(command, &name);
	snprintf(wanted, sizeof(wanted), "\"%.100s\")",
	    name.data + strlen("miauctl "));
	expect_text(text, wanted);
	for (row = command->options; row != NULL && row->name; row++) {
		snprintf(wanted, sizeof(wanted), " --%s", row->name);
		expect_text(text, wanted);
	}
	buf_fini(&name);
}

static void
expect_help(const struct command *command, const struct buf *unused)
{
	const struct option *row;
	struct buf help;
	char wanted[128];
	size_t i;

	(void)unused;
	buf_init(&help, TEXT_MAX);
	command_put_help(command, &help);
	assert_false(buf_failed(&help));
	for (row = command->options; row != NULL && row->name; row++) {
		snprintf(wanted, sizeof(wanted), "--%s", row->name);
		expect_text(&help, wanted);
	}
	for (i = 0; command->subs != NULL && command->subs[i] != NULL; i++)
		expect_text(&help, command->subs[i]->name);
	/* A row is either a group or something that runs. */
	assert_true((command->subs == NULL) != (command->run == NULL));
	assert_true(command->max_words >= command->min_words);
	assert_true((command->words == NULL) == (command->max_words == 0));
	buf_fini(&help);
}

static void
test_manual(void **state)
{
	struct buf text;

	(void)state;
	buf_init(&text, TEXT_MAX);
	command_put_manual(&text);
	assert_false(buf_failed(&text));
	assert_true(count_rows(command_table, &text, expect_in_manual) > 40);
	buf_fini(&text);
}

static void
test_completion(void **state)
{
	struct buf text;

	(void)state;
	buf_init(&text, TEXT_MAX);
	command_put_completion(&text);
	assert_false(buf_failed(&text));
	assert_true(
	    count_rows(command_table, &text, expect_in_completion) > 40);
	buf_fini(&text);
}

static void
test_help(void **state)
{
	struct buf text;

	(void)state;
	buf_init(&text, TEXT_MAX);
	command_put_help(NULL, &text);
	expect_text(&text, "library");
	expect_text(&text, "Exit codes");
	assert_true(count_rows(command_table, &text, expect_help) > 40);
	buf_fini(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_refuse),
		cmocka_unit_test(test_help),
		cmocka_unit_test(test_completion),
		cmocka_unit_test(test_manual),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
