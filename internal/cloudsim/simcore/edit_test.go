package simcore

import (
	"bytes"
	"testing"
)

func TestEdit(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		body, change, want string
		changed            bool
	}{
		{`{"id":"a","n":9007199254740993}`, `{"id":null}`, `{"n":9007199254740993}`, true},
		{`{"value":[{"id":"a","x":1},{"id":"b"}]}`, `{"value":{"id":"c"}}`, `{"value":[{"id":"c","x":1},{"id":"c"}]}`, true},
		{`{"value":[{"id":"a"}]}`, `{"value":[]}`, `{"value":[]}`, true},
		{`{"data":{"total":1}}`, `{"data":{"total":99,"more":{"x":[]}}}`, `{"data":{"more":{"x":[]},"total":99}}`, true},
		{`{"id":"a"}`, `null`, `null`, true},
		{``, `{"id":"a"}`, ``, false},
		{`<html>`, `{"id":"a"}`, `<html>`, false},
		{`{"z": 1, "id":"a"}`, `{"id":"a","none":null}`, `{"z": 1, "id":"a"}`, false},
		{`{"value":[]}`, `{"value":{"id":"c"}}`, `{"value":[]}`, false},
	} {
		edited, changed := edit(bytes.NewBufferString(test.body), []byte(test.change))
		if got := edited.String(); got != test.want || changed != test.changed {
			t.Errorf("%s with %s is %s (%v), want %s", test.body, test.change, got, changed, test.want)
		}
	}
}
