package simcore

import (
	"mime"
	"net/http"
	"strings"
)

// Bearer returns the token of a request's Authorization header, and whether it has
// one. The name of the scheme is in any casing.
//
// Source: https://www.rfc-editor.org/rfc/rfc9110#section-11.1
func Bearer(header http.Header) (token string, ok bool) {
	scheme, token, found := strings.Cut(header.Get("Authorization"), " ")
	return strings.TrimSpace(token), found && strings.EqualFold(scheme, "Bearer")
}

// MediaType is that of a request's body in lower case, without its parameters; ""
// if there is none, or none that can be read.
//
// Source: https://www.rfc-editor.org/rfc/rfc9110#section-8.3.1
func MediaType(header http.Header) string {
	name, _, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return name
}
