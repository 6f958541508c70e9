package tfkit

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/printable"
)

// KeptAsTainted is what to do after a create that was interrupted once the
// service had accepted it.
const KeptAsTainted = "It is in the state, as tainted: the next apply replaces it. To keep it as it is, run terraform untaint on it first."

// Failure is the text of an error that a service's answer caused. It is
// written for someone who has only the terminal's output: what failed and on
// which object, what the service said, and what to do next.
type Failure struct {
	// What failed, as a sentence that names the object.
	What string
	// Code, Message and RequestID are the service's own words; empty parts
	// are left out.
	Code, Message, RequestID string
	// Next is what to do, one remedy an entry.
	Next []string
}

// AddError reports a failed call of a client: what names the object, next adds
// to the remedies that the error itself brings.
func AddError(diags *diag.Diagnostics, summary, what string, details failure.Details, next ...string) {
	diags.AddError(summary, Explain(what, details, next...))
}

// Explain is the text of AddError, for warnings and for errors of one
// attribute.
func Explain(what string, details failure.Details, next ...string) string {
	return Failure{
		What:      what + ": " + strings.TrimSuffix(details.Summary, ".") + ".",
		Code:      details.Code,
		Message:   details.Message,
		RequestID: details.RequestID,
		Next:      orElse(append(details.Next, next...), details),
	}.Detail()
}

// Detail returns the text for a diagnostic's detail. Whatever parts of it come
// from a service, nothing is left in it that a terminal would obey.
func (f Failure) Detail() string {
	var text strings.Builder
	text.WriteString(f.What)
	said := false
	for _, line := range []struct{ label, value string }{
		{"Code", f.Code}, {"Message", f.Message}, {"Request ID", f.RequestID},
	} {
		if line.value == "" {
			continue
		}
		if !said {
			text.WriteString("\n")
			said = true
		}
		text.WriteString("\n" + line.label + ": " + printable.Line(line.value, maxDetail))
	}
	switch len(f.Next) {
	case 0:
	case 1:
		text.WriteString("\n\n" + f.Next[0])
	default:
		text.WriteString("\n\nWhat to look at:")
		for _, next := range f.Next {
			text.WriteString("\n  - " + next)
		}
	}
	return Printable(text.String())
}

// maxDetail is what still fits a screen or two.
const maxDetail = 6000

// Printable takes everything out of a text of several lines that a terminal
// would obey, and bounds its length. It is for texts that quote a service.
func Printable(text string) string { return printable.Lines(text, maxDetail) }
