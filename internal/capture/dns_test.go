package capture

import (
	"slices"
	"strings"
	"testing"
)

// TestANumberThatIsUsedAgain asks for two names with one number: the answer is
// that of the second.
func TestANumberThatIsUsedAgain(t *testing.T) {
	t.Parallel()
	const first, second, unknown subject = 1, 2, 0
	q := question{id: 7}
	for name, test := range map[string]struct {
		asked      []subject
		answered   subject
		unanswered int64
	}{
		"the second":          {[]subject{first, second}, second, 1},
		"the first, too late": {[]subject{first, second}, first, 2},
		"once more":           {[]subject{first, first}, first, 0},
		"without a question":  {[]subject{first}, unknown, 0},
		"of something else":   {[]subject{first}, second, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var d dnsState
			d.init()
			for _, about := range test.asked {
				d.ask(q, about)
			}
			d.answer(q, test.answered, "NOERROR")
			var got DNS
			d.finish(&got)
			if got.Unanswered != test.unanswered || got.Queries != int64(len(test.asked)) || got.Answers != 1 {
				t.Errorf("%+v", got)
			}
		})
	}
}

// TestNamesAsTheyAreAsked has labels that hold what a name in text cannot.
func TestNamesAsTheyAreAsked(t *testing.T) {
	t.Parallel()
	message := func(labels ...string) []byte {
		b := []byte{0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0}
		for _, label := range labels {
			b = append(append(b, byte(len(label)&0x3f)), label...)
		}
		return append(b, 0, 0, 28, 0, 1)
	}
	for want, labels := range map[string][]string{
		"www.contoso.com":         {"www", "contoso", "com"},
		`www\x2econtoso.com`:      {"www.contoso", "com"},
		`a\x5cx2eb\x00\x20\xff.c`: {"a\\x2eb\x00 \xff", "c"},
		".":                       {},
		strings.TrimSuffix(strings.Repeat("a.", 127), "."): slices.Repeat([]string{"a"}, 127),
	} {
		q, ok := questionOf(message(labels...))
		if !ok || q.name != want || q.kind != 28 || q.class != 1 {
			t.Errorf("%q is %+v, %t", labels, q, ok)
		}
	}
	whole := message("www")
	for length := range len(whole) {
		if q, ok := questionOf(whole[:length]); ok {
			t.Errorf("%d bytes of a question are %+v", length, q)
		}
	}
	for name, odd := range map[string][]byte{
		"no question": {0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1},
		"a pointer":   {0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xc0, 12, 0, 1, 0, 1},
		"too long":    message(slices.Repeat([]string{"a"}, 128)...),
	} {
		if q, ok := questionOf(odd); ok {
			t.Errorf("%s: %+v", name, q)
		}
	}
}

// TestMoreQuestionsThanNumbers asks for more names than a port has numbers.
func TestMoreQuestionsThanNumbers(t *testing.T) {
	t.Parallel()
	var d dnsState
	d.init()
	const asked = 200_000
	for i := range asked {
		d.ask(question{id: uint16(i)}, subject(i+1))
	}
	var got DNS
	if d.finish(&got); got.Unanswered != asked {
		t.Errorf("%d of %d are unanswered", got.Unanswered, asked)
	}
}
