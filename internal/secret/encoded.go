package secret

import (
	"regexp"
	"strconv"
	"strings"
)

// encoded matches a character as URLs, JSON and HTML write it.
var encoded = regexp.MustCompile(`%[0-9A-Fa-f]{2}|\\+u00[0-9A-Fa-f]{2}|\\+/|&#[0-9]{1,4};|&#[xX][0-9A-Fa-f]{1,4};|&(?:amp|plus|equals|sol|percnt);`)

var entities = map[string]byte{"&amp;": '&', "&plus;": '+', "&equals;": '=', "&sol;": '/', "&percnt;": '%'}

// maxDepth is how often text may have been encoded.
const maxDepth = 4

// decoded is text without encodings; at is where each of its bytes, and its end,
// were in the original.
type decoded struct {
	text string
	at   []int
}

func decode(original string) decoded {
	d := decoded{original, make([]int, len(original)+1)}
	for i := range d.at {
		d.at[i] = i
	}
	for range maxDepth {
		if !strings.ContainsAny(d.text, `%\&`) {
			return d // The pattern takes a hundred times as long to say so.
		}
		found := encoded.FindAllStringIndex(d.text, -1)
		if found == nil {
			return d
		}
		next, from := decoded{at: make([]int, 0, len(d.at))}, 0
		var text strings.Builder
		for _, place := range found {
			text.WriteString(d.text[from:place[0]])
			text.WriteByte(character(d.text[place[0]:place[1]]))
			next.at = append(next.at, d.at[from:place[0]+1]...)
			from = place[1]
		}
		text.WriteString(d.text[from:])
		next.text, next.at = text.String(), append(next.at, d.at[from:]...)
		d = next
	}
	return d
}

// character is the one that was encoded.
func character(code string) byte {
	if found, ok := entities[code]; ok {
		return found
	}
	digits, base := strings.TrimLeft(code, `%\u&#`), 16
	switch {
	case strings.HasSuffix(code, "/"):
		return '/'
	case strings.HasPrefix(code, "&"):
		if digits = strings.TrimSuffix(digits, ";"); strings.ContainsAny(digits[:1], "xX") {
			digits = digits[1:]
		} else {
			base = 10
		}
	}
	number, err := strconv.ParseUint(digits, base, 8)
	if err != nil {
		return '?' // No character of a secret.
	}
	return byte(number)
}

// groups are the places of what a pattern's last group matches in the decoded text.
func (d decoded) groups(pattern *regexp.Regexp) [][2]int {
	var found [][2]int
	for _, place := range pattern.FindAllStringSubmatchIndex(d.text, -1) {
		found = append(found, [2]int{place[len(place)-2], place[len(place)-1]})
	}
	return found
}

// without returns the original with a placeholder in place of places of the decoded
// text.
func (d decoded) without(original string, places [][2]int) string {
	var clean strings.Builder
	from := 0
	for _, place := range places {
		start, end := d.at[place[0]], d.at[place[1]]
		clean.WriteString(original[from:start])
		clean.WriteString(placeholder)
		from = end
	}
	return clean.String() + original[from:]
}

// formPlus makes the two ways in which forms write a space one.
func formPlus(text string) string { return strings.ReplaceAll(text, " ", "+") }

// longestWord is the longest run of letters and digits.
func longestWord(text string) string {
	longest, from := "", 0
	for at := 0; at <= len(text); at++ {
		if at < len(text) && (isLetter(text[at]) || isDigit(text[at])) {
			continue
		}
		if at-from > len(longest) {
			longest = text[from:at]
		}
		from = at + 1
	}
	return longest
}

// signature matches what looks like the signature of a URL, a storage account's
// key, or what storage says of a signature that is not right. A signature has 44
// characters, of which decoding may have made spaces.
var signature = regexp.MustCompile(`(?i)(?:\b(?:sig|signature|accountkey)[\\"']*[=:][\\"']*|signature found in the HTTP request [\\"']*|[?&][csh]=)([a-z0-9+/ _-]{43}=|[a-z0-9+/=_~-]{8,})`)

// mayHold matches what a text must have for anything to be removed from it: a
// name, or the end of base64, however it is encoded.
var mayHold = regexp.MustCompile(`(?i)sig|accountkey|=|3d|#0*61;|&equals;`)

// WithoutSignatures removes the signatures of URLs from a text that came from
// outside, where the secrets themselves are not known: by their names, and where they
// have none by what they look like.
func WithoutSignatures(text string) string {
	if !mayHold.MatchString(text) {
		return text
	}
	found := decode(text)
	text = found.without(text, found.groups(signature))
	found = decode(text)
	return found.without(text, bare(found.text))
}
