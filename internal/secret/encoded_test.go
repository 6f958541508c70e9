package secret_test

import (
	"encoding/json"
	"html"
	"net/url"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/secret"
)

const canary = "Q2Fu+XJ5/XNpZ25hdHVyZSBvZiBhIHRlc3QgMDEyMzQ="

// encodings are how a service may quote a signature.
func encodings(t *testing.T) map[string]string {
	t.Helper()
	escape := func(r string) string {
		return strings.NewReplacer("+", r+"2B", "/", r+"2F", "=", r+"3D").Replace(canary)
	}
	inJSON, err := json.Marshal(html.EscapeString(canary))
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{
		"raw": canary, "query": url.QueryEscape(canary), "JSON": escape(`\u00`), "JSON, lower case": strings.NewReplacer(`\u002B`, `\u002b`).Replace(escape(`\u00`)),
		"slashes": strings.ReplaceAll(canary, "/", `\/`), "HTML": strings.NewReplacer("+", "&#43;", "=", "&#x3d;", "/", "&sol;").Replace(canary),
		"twice": url.QueryEscape(url.QueryEscape(canary)), "all lower": strings.NewReplacer("%2B", "%2b", "%2F", "%2f", "%3D", "%3d").Replace(url.QueryEscape(canary)),
		"form": strings.ReplaceAll(canary, "+", " "), "JSON of HTML": string(inJSON),
	}
}

// TestEncodedSecretsAreRemoved by who knows them, and by who knows only what
// signatures look like.
func TestEncodedSecretsAreRemoved(t *testing.T) {
	t.Parallel()
	for name, quoted := range encodings(t) {
		for known, clean := range map[string]func(string) string{"known": secret.NewRedactor(url.QueryEscape(canary)).Clean, "unknown": secret.WithoutSignatures} {
			text := "refused: https://a.example/c?sp=cw&sig=" + quoted + "&se=2030-01-01, and more"
			got := clean(text)
			if strings.Contains(got, "XJ5") || strings.Contains(got, "XNpZ25h") {
				t.Errorf("%s, %s: %s", name, known, got)
			}
			for _, around := range [][2]string{{"the signature '", "' is not right"}, {"wrong: ", ", and more"}, {"", ""}, {"a b ", "\n"}} {
				alone := strings.ReplaceAll(clean(around[0]+quoted+around[1]), `"`, "") // JSON has them.
				if alone != around[0]+"[redacted]"+around[1] {
					t.Errorf("%s, %s, alone: %s", name, known, alone)
				}
			}
			if !strings.HasPrefix(got, "refused: https://a.example/c?sp=cw&sig=") || !strings.HasSuffix(got, "&se=2030-01-01, and more") {
				t.Errorf("%s, %s: too much is gone: %s", name, known, got)
			}
		}
	}
}

func TestWhatLooksLikeASignature(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"sig":"` + canary + `"}`: `{"sig":"[redacted]"}`,
		`{\"sig\": 1}`:             `{\"sig\": 1}`,
		`x?sv=1%26sig%3D` + url.QueryEscape(canary) + `%26se%3D1`:                      `x?sv=1%26sig%3D[redacted]%26se%3D1`,
		"The MAC signature found in the HTTP request '" + canary + "' is not the same": "The MAC signature found in the HTTP request '[redacted]' is not the same",
		"AccountKey=" + canary + ";x":                                                  "AccountKey=[redacted];x",
		"digest 47DEQpj8HBSa/+TImW+5JCeuQeRkm5NMpJWZG3hSuFU= of x":                     "digest [redacted] of x",
		"Key " + strings.Repeat("aB3+", 21) + "xY==, x":                                "Key [redacted], x",
		"x" + canary + "; " + canary + "=; " + canary + "x":                            "x" + canary + "; " + canary + "=; " + canary + "x",
		"/subscriptions/abc/resourceGroups/Edge1/providers/x=1 " + strings.Repeat("a", 43) + "= the whole of the Sentence 1 that ends in fields=": "/subscriptions/abc/resourceGroups/Edge1/providers/x=1 " + strings.Repeat("a", 43) + "= the whole of the Sentence 1 that ends in fields=",
		"sig is missing; design=12345678 is none": "sig is missing; design=12345678 is none",
		"it must look like ...&sp=cw&sig=...":     "it must look like ...&sp=cw&sig=...",
	} {
		if got := secret.WithoutSignatures(text); got != want {
			t.Errorf("%q is not %q", got, want)
		}
	}
}
