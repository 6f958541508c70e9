package capture

import "testing"

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
