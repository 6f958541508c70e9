package main

import (
	"testing"
)

func TestWrongArguments(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		args   []string
		remove bool
	}{{nil, false}, {[]string{"a", "b"}, false}, {[]string{"a"}, true}} {
		if err := run(nil, test.args, test.remove); err == nil {
			t.Errorf("%v, remove %v: no error", test.args, test.remove)
		}
	}
}
