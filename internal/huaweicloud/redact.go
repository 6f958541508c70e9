package huaweicloud

import "github.com/cloudtap/terraform-provider-cloudtap/internal/printable"

// maxMessage bounds what a service can put into an error.
const maxMessage = 600

// clean redacts text, and makes one printable line of bounded length of it.
func (s *Session) clean(text string) string {
	text = s.redactor.Clean(text)
	// What is dropped as not printable may have stood inside of a secret.
	text = s.redactor.Clean(printable.Line(text, len(text)))
	return printable.Line(text, maxMessage)
}
