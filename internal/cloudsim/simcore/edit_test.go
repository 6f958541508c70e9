package simcore

import (
	"bytes"
	"testing"
)

func TestEdit(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ body, change, want string }{
		{`{"id":"a","n":9007199254740993}`, `{"id":null}`, `{"n":9007199254740993}`},
		{`{"value":[{"id":"a","x":1},{"id":"b"}]}`, `{"value":{"id":"c"}}`, `{"value":[{"id":"c","x":1},{"id":"c"}]}`},
		{`{"value":[{"id":"a"}]}`, `{"value":[]}`, `{"value":[]}`},
		{`{"data":{"total":1}}`, `{"data":{"total":99,"more":{"x":[]}}}`, `{"data":{"more":{"x":[]},"total":99}}`},
		{`{"id":"a"}`, `null`, `null`},
		{``, `{"id":"a"}`, ``},
	} {
		if got := edit(bytes.NewBufferString(test.body), []byte(test.change)).String(); got != test.want {
			t.Errorf("%s with %s is %s, want %s", test.body, test.change, got, test.want)
		}
	}
}
