# Counts results for tests/run: lines "passed failed skipped" and names of what
# was skipped. Variables: kind (cmocka or tap), suite, code (tap: exit code of
# the runner), out (folder).

function noted(name) {
	print suite ": " name >> (out "/skipped")
}

function number(line,	part) {
	split(substr(line, RSTART + 11), part, " ")
	return part[1]
}

# One line of input per program: exit code, program, log file.
function sum_program(exit_code, program, log_file,	line, p, f, s) {
	p = f = s = 0
	while ((getline line < log_file) > 0) {
		if (match(line, /  PASSED  \] [0-9]+ test/))
			p += number(line)
		else if (match(line, /  FAILED  \] [0-9]+ test/))
			f += number(line)
		else if (match(line, /  SKIPPED \] [0-9]+ test/))
			s += number(line)
		else if (line ~ /\[  SKIPPED \] /) {
			sub(/.*\] /, "", line)
			noted(line)
		}
	}
	close(log_file)
	# A crash leaves no summary; a program without a test is a mistake.
	if ((exit_code != 0 && f == 0) || p + f + s == 0)
		f++
	if (f > 0) {
		printf "not ok %s (exit %d)\n", program, exit_code
		fflush()
		system("tail -n 60 " log_file)
	} else
		printf "ok %s: %d\n", program, p
	passed += p
	failed += f
	skipped += s
}

kind == "cmocka" { sum_program($1, $2, $3) }

kind == "tap" && /^# (pass|fail|cancelled|todo|skipped) [0-9]+$/ {
	total[$2] = $3
}

kind == "tap" && /^ *ok [0-9]+ - .* # SKIP/ {
	sub(/^ *ok [0-9]+ - /, "")
	sub(/ # SKIP.*/, "")
	noted($0)
}

# "N passed, N failed" of a program that counts by itself.
kind == "closing" && match($0, /[0-9]+ passed, [0-9]+ failed/) {
	split(substr($0, RSTART), part, /[ ,]+/)
	passed = part[1]
	failed = part[3]
}

END {
	if (kind == "tap") {
		passed = total["pass"]
		failed = total["fail"] + total["cancelled"] + total["todo"]
		skipped = total["skipped"]
	}
	if (code != 0 && failed == 0)
		failed = 1
	print passed + 0, failed + 0, skipped + 0 > (out "/" suite ".count")
}
