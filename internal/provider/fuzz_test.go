package provider

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// FuzzOrigin: paths can be put behind an accepted endpoint, and a refusal
// repeats no password.
func FuzzOrigin(f *testing.F) {
	for _, seed := range []string{"https://management.azure.com", "https://h/", "https://h/p//", "https://:443", "https://h?", "https://h/#", "http://h", "HTTPS://h", "https://u:p@h", "https://h/%zz", "https://[::1]:8"} {
		f.Add(seed)
	}
	const canary = "canary-4711"
	f.Fuzz(func(t *testing.T, text string) {
		if text != "" {
			r := &resolver{cloud: "azure", getenv: func(string) string { return "" }}
			endpoint := r.origin("endpoints.x", types.StringValue(text), "https", "X")
			if (endpoint == "") != (r.err() != nil) {
				t.Fatalf("%q: %q, %v", text, endpoint, r.err())
			}
			if endpoint != "" {
				written, err := url.Parse(text)
				got, err2 := url.Parse(endpoint + "/x?a=b")
				if err != nil || err2 != nil || got.Host != written.Host || got.Hostname() == "" || got.Scheme != "https" || got.User != nil ||
					got.Path != strings.TrimRight(written.Path, "/")+"/x" || got.RawQuery != "a=b" || got.Fragment != "" {
					t.Fatalf("%q: a path behind it goes to %q, %v, %v", text, got, err, err2)
				}
			}
		}
		if strings.Contains(text, canary) {
			return
		}
		for _, secret := range []string{"https://u:" + canary + "@h" + text, "ftp://u:" + canary + "@h" + text, "u:" + canary + "@" + text, "https://h/?sig=" + canary + text, "https://u:" + canary + "@" + text} {
			r := &resolver{cloud: "azure", getenv: func(string) string { return secret }}
			if endpoint := r.origin("endpoints.x", types.StringNull(), "https", "X"); endpoint != "" || r.err() == nil || strings.Contains(r.err().Error(), canary) {
				t.Fatalf("%q: %q, %v", secret, endpoint, r.err())
			}
		}
	})
}

// FuzzVariables: a variable means what Go says, and nothing else is taken for
// a value.
func FuzzVariables(f *testing.F) {
	for _, seed := range []string{"true", "0", "-1", "5", " 5", "TRUE", "yes", "99999999999999999999", "+3", "1_0"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := &resolver{cloud: "x", getenv: func(string) string { return text }}
		flag, number := r.flag("f", types.BoolNull(), true, "F"), r.number("n", types.Int64Null(), 7, "N")
		wantFlag, flagErr := strconv.ParseBool(text)
		wantNumber, numberErr := strconv.ParseUint(text, 10, strconv.IntSize-1)
		if strings.HasPrefix(text, "+") || strings.HasPrefix(text, "-0") {
			return // Atoi takes signs.
		}
		problems := 0
		if flagErr != nil {
			wantFlag = true
			problems++
		}
		if numberErr != nil {
			wantNumber = 7
			problems++
		}
		if text == "" {
			problems = 0
		}
		if flag != wantFlag || number != int(wantNumber) || len(r.problems) != problems {
			t.Fatalf("%q is %v and %d, %q", text, flag, number, r.problems)
		}
	})
}

func TestEndpointsThatWouldLoseAPathOrShowAPassword(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"https://h?", "https://h/#", "https://:443", "https://u:canary@h", "https://h/?sig=canary", "u:canary@h"} {
		if err := checkOrigin(text, "https"); err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: %v", text, err)
		}
	}
	if err := checkOrigin("ftp://host", "https"); err == nil || !strings.Contains(err.Error(), `"ftp://host" is not an endpoint`) {
		t.Error(err)
	}
}
