package acctest

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func sample() tftypes.Value {
	texts := tftypes.List{ElementType: tftypes.String}
	tags := tftypes.Map{ElementType: tftypes.String}
	inner := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"path": tftypes.String}}
	outer := tftypes.Object{AttributeTypes: map[string]tftypes.Type{
		"text": tftypes.String, "blank": tftypes.String, "none": tftypes.String, "later": tftypes.String, "yes": tftypes.Bool, "big": tftypes.Number,
		"list": texts, "blanks": texts, "short": texts, "nolist": texts, "laterlist": texts,
		"tags": tags, "notags": tags, "block": inner, "noblock": inner, "laterblock": inner,
	}}
	return tftypes.NewValue(outer, map[string]tftypes.Value{
		"text": tftypes.NewValue(tftypes.String, "web"), "blank": tftypes.NewValue(tftypes.String, ""),
		"none": tftypes.NewValue(tftypes.String, nil), "later": tftypes.NewValue(tftypes.String, tftypes.UnknownValue),
		"yes": tftypes.NewValue(tftypes.Bool, true), "big": tftypes.NewValue(tftypes.Number, int64(1)<<53+1),
		"list":   tftypes.NewValue(texts, []tftypes.Value{tftypes.NewValue(tftypes.String, "a"), tftypes.NewValue(tftypes.String, nil)}),
		"blanks": tftypes.NewValue(texts, []tftypes.Value{tftypes.NewValue(tftypes.String, "")}),
		"short":  tftypes.NewValue(texts, []tftypes.Value{}), "nolist": tftypes.NewValue(texts, nil), "laterlist": tftypes.NewValue(texts, tftypes.UnknownValue),
		"tags":   tftypes.NewValue(tags, map[string]tftypes.Value{"owner": tftypes.NewValue(tftypes.String, "me")}),
		"notags": tftypes.NewValue(tags, nil),
		"block":  tftypes.NewValue(inner, map[string]tftypes.Value{"path": tftypes.NewValue(tftypes.String, "/x")}), "noblock": tftypes.NewValue(inner, nil),
		"laterblock": tftypes.NewValue(inner, tftypes.UnknownValue),
	})
}

func TestGet(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"text": "web", "blank": "", "none": Null, "later": Unknown, "yes": "true", "big": "9007199254740993",
		"list": "a," + Null, "list.0": "a", "list.1": Null, "blanks": "", "short": Empty, "nolist": Null, "laterlist": Unknown,
		"tags.owner": "me", "notags": Null, "block.path": "/x", "noblock": Null, "noblock.path": Null, "laterblock.path": Unknown,
	} {
		if got := Get(t, sample(), path); got != want {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
		if got := IsSet(t, sample(), path); got != (want != "" && !strings.HasPrefix(want, "(")) {
			t.Errorf("IsSet says %v of %s, which is %q", got, path, want)
		}
	}
	text := Get(t, sample(), "text")
	if got := Get(t, tftypes.NewValue(tftypes.String, text), ""); got != text {
		t.Errorf("the value itself is %q, want %q", got, text)
	}
	if got := len(Elements(t, sample(), "list")) + len(Elements(t, sample(), "nolist")); got != 2 {
		t.Errorf("%d elements, want 2", got)
	}
}

func TestGetFailsOnPathsThatLeadNowhere(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"txt": `no attribute "txt", there are big, blank`, "block.pth": `no attribute "pth", there are path`, "noblock.pth": "no attribute", "laterblock.pth": "no attribute",
		"list.2": `no element "2", there are 2`, "list.-1": "no element", "list.x": "no element", "list.0x": "no element", "short.0": "there are 0",
		"nolist.0": "the whole is (null)", "laterlist.0": "the whole is (unknown)",
		"tags.other": `no key "other", there are owner`, "notags.owner": "the whole is (null)", "text.x": `no "x" in a`, "none.x": "the whole is (null)",
	} {
		if found, err := lookUp(sample(), path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v; want %q", path, found, err, want)
		}
	}
	if _, err := lookUp(tftypes.Value{}, ""); err == nil {
		t.Error("a value that is not there was found")
	}
}
