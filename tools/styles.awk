# Finds what only tokens.css may say in a style sheet, and what a script may not
# say of looks: "file<TAB>file:line: rule: what" for each. Run by tools/lint.

BEGIN {
	names = "aliceblue antiquewhite aqua aquamarine azure beige bisque black" \
	    " blanchedalmond blue blueviolet brown burlywood cadetblue chartreuse" \
	    " chocolate coral cornflowerblue cornsilk crimson cyan darkblue darkcyan" \
	    " darkgoldenrod darkgray darkgreen darkgrey darkkhaki darkmagenta" \
	    " darkolivegreen darkorange darkorchid darkred darksalmon darkseagreen" \
	    " darkslateblue darkslategray darkslategrey darkturquoise darkviolet" \
	    " deeppink deepskyblue dimgray dimgrey dodgerblue firebrick floralwhite" \
	    " forestgreen fuchsia gainsboro ghostwhite gold goldenrod gray green" \
	    " greenyellow grey honeydew hotpink indianred indigo ivory khaki lavender" \
	    " lavenderblush lawngreen lemonchiffon lightblue lightcoral lightcyan" \
	    " lightgoldenrodyellow lightgray lightgreen lightgrey lightpink" \
	    " lightsalmon lightseagreen lightskyblue lightslategray lightslategrey" \
	    " lightsteelblue lightyellow lime limegreen linen magenta maroon" \
	    " mediumaquamarine mediumblue mediumorchid mediumpurple mediumseagreen" \
	    " mediumslateblue mediumspringgreen mediumturquoise mediumvioletred" \
	    " midnightblue mintcream mistyrose moccasin navajowhite navy oldlace olive" \
	    " olivedrab orange orangered orchid palegoldenrod palegreen paleturquoise" \
	    " palevioletred papayawhip peachpuff peru pink plum powderblue purple" \
	    " rebeccapurple red rosybrown royalblue saddlebrown salmon sandybrown" \
	    " seagreen seashell sienna silver skyblue slateblue slategray slategrey" \
	    " snow springgreen steelblue tan teal thistle tomato turquoise violet" \
	    " wheat white whitesmoke yellow yellowgreen" \
	    " canvas canvastext linktext buttonface buttontext buttonborder" \
	    " highlight highlighttext graytext field fieldtext mark marktext"
	n = split(names, list, " ")
	for (i = 1; i <= n; i++) is_colour[list[i]] = 1
	n = split("linear ease ease-in ease-out ease-in-out step-start step-end", list, " ")
	for (i = 1; i <= n; i++) is_easing[list[i]] = 1
}

function found(rule, what) {
	printf "%s\t%s:%d: %s: %s\n", FILENAME, FILENAME, FNR, rule, what
}

# The values of a shorthand, with those of functions kept whole; how many.
function split_sides(value, sides,   i, n, depth, c, side) {
	n = depth = 0
	side = ""
	for (i = 1; i <= length(value) + 1; i++) {
		c = i <= length(value) ? substr(value, i, 1) : " "
		if (c == "(") depth++
		if (c == ")") depth--
		if (c ~ /[ \t]/ && depth == 0) {
			if (side != "") sides[++n] = side
			side = ""
		} else side = side c
	}
	return n
}

function declaration(text,   at, name, value, words, i, n, w, sides) {
	at = index(text, ":")
	if (at == 0) return
	name = substr(text, 1, at - 1)
	gsub(/[ \t]/, "", name)
	value = tolower(substr(text, at + 1))
	if (value ~ /#[0-9a-f][0-9a-f][0-9a-f]/ ||
	    value ~ /(^|[^a-z-])(rgba?|hsla?|hwb|lab|lch|oklab|oklch|color|color-mix)\(/)
		found("css-colour", "a colour is a token")
	if (name == "z-index" && value !~ /^ *(auto|var\([a-z-]+\)) *$/)
		found("css-depth", "a z-index is a token")
	if (name ~ /^(transition|animation)/ && value ~ /(cubic-bezier|steps)\(/)
		found("css-motion", "an easing is a token")
	if (name ~ /^(margin|padding|border|scroll-margin|scroll-padding)-(left|right)/ ||
	    name ~ /^border-(top|bottom)-(left|right)-radius$/ ||
	    (name ~ /^(left|right)$/ && value !~ /^ *50% *$/) ||
	    (name == "text-align" && value ~ /left|right/) || value ~ /to (left|right)/)
		found("css-direction", "start and end are the same in every script")
	if (name ~ /^(margin|padding|inset)$/ && split_sides(value, sides) == 4 &&
	    sides[2] != sides[4])
		found("css-direction", "start and end are the same in every script")
	gsub(/--[a-z0-9-]+/, "", value)
	n = split(value, words, /[^0-9a-z.-]+/)
	for (i = 1; i <= n; i++) {
		w = words[i]
		if (w in is_colour) found("css-colour", "a colour is a token")
		if (name ~ /^(transition|animation)/ && w in is_easing)
			found("css-motion", "an easing is a token")
		if (w ~ /^-?[0-9.]+m?s$/) found("css-motion", "a duration is a token")
		sub(/^-+/, "", w)
		if (w ~ /^[0-9.]+(px|rem|pt|pc|cm|mm|in|q)$/ && w != "1px" && w + 0 != 0)
			found("css-size", "a length is a token")
	}
	gsub(/(calc|min|max|clamp|var)|[()\/ \t]|inherit|normal/, "", value)
	if (name ~ /^(font|font-size|font-weight|font-family|line-height)$/ && value != "")
		found("css-type", "type is a token")
}

# The breakpoints that tokens.css names.
function rule(text) {
	if (text !~ /@(media|container)/) return
	gsub(/\((max-width: (600|700)px|min-width: 1800px)\)/, "", text)
	if (text ~ /[0-9](px|r?em)/) found("css-breakpoint", "there are three breakpoints")
}

FNR == 1 { comment = 0; text = "" }

FILENAME ~ /\.css$/ {
	line = $0
	gsub(/"[^"]*"/, "", line)
	gsub(/\/\*[^*]*\*\//, "", line)
	if (comment && line ~ /\*\//) { sub(/.*\*\//, "", line); comment = 0 }
	else if (comment) next
	if (line ~ /\/\*/) { sub(/\/\*.*/, "", line); comment = 1 }
	while (match(line, /[{};]/)) {
		mark = substr(line, RSTART, 1)
		text = text " " substr(line, 1, RSTART - 1)
		line = substr(line, RSTART + 1)
		if (mark == "{") rule(text)
		else declaration(text)
		text = ""
	}
	text = text " " line
	next
}

/[ \t]style=/ || /[.]style([^A-Za-z0-9_]|$)/ {
	found("script-style", "looks are said in a style sheet")
}

/["'`]#[0-9a-fA-F][0-9a-fA-F][0-9a-fA-F]([0-9a-fA-F]|["'`])/ || /["'` (](rgba?|hsla?|oklch|oklab)\(/ ||
(/(fill|stroke|color)="[a-z#]/ && !/(fill|stroke|color)="(none|currentcolor)"/) {
	found("script-colour", "a colour is a token")
}
