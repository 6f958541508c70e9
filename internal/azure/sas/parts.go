package sas

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// otherService matches the host of a storage account's endpoint that is not for
// blobs: those have other requests.
//
// Source: https://learn.microsoft.com/azure/storage/common/storage-account-overview
var otherService = regexp.MustCompile(`(?i)^([^.]+(?:\.z\d+)?(?:\.privatelink)?)\.(dfs|file|queue|table|web)\.((?:core|storage)\..+)$`)

func checkHost(host string) error {
	if account, rest, _ := strings.Cut(host, "."); strings.HasSuffix(account, "-secondary") {
		return &Error{"host", quoted("is the account's secondary endpoint, which takes no files: use %q", strings.TrimSuffix(account, "-secondary")+"."+rest)}
	}
	if parts := otherService.FindStringSubmatch(host); parts != nil {
		account := parts[1]
		if strings.HasPrefix(parts[3], "core.") {
			account, _, _ = strings.Cut(account, ".") // Only web sites have a zone there.
		}
		return &Error{"host", fmt.Sprintf("is that of the account's %s endpoint: files go to its blob endpoint, %s.blob.%s", parts[2], account, parts[3])}
	}
	return nil
}

// containerName is how a container may be called, but for two hyphens in a row;
// two names with a meaning of their own are the only others.
//
// Source: https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata
var containerName = regexp.MustCompile(`^(?:[a-z0-9][a-z0-9-]{1,61}[a-z0-9]|\$root|\$web)$`)

func checkName(name string) error {
	if !containerName.MatchString(name) || strings.Contains(name, "--") {
		return &Error{"path", quoted("names the container %q", name) + ", and no container can be called so: names have 3 to 63 lower-case letters, digits and single hyphens, " +
			"and begin and end with a letter or digit"}
	}
	return nil
}

// holds reports whether a value made of letters has one of those.
func holds(value, letters string) bool {
	return strings.ContainsAny(value, letters) && !strings.ContainsFunc(value, func(r rune) bool { return r < 'a' || r > 'z' })
}

// quotable is what cannot be a signature, which has 43 characters and more.
var quotable = regexp.MustCompile(`^[A-Za-z0-9$ ,._/-]{0,32}$`)

// quoted puts a part of a URL into a text, unless it may hold a signature that has
// got into the wrong place.
func quoted(format, part string) string {
	if !quotable.MatchString(part) {
		part = "..."
	}
	return fmt.Sprintf(format, part)
}

// fields are the parameters of a signature.
var fields = []string{"sv", "sr", "ss", "srt", "sp", "st", "se", "sip", "spr", "si", "sig", "ske", "skt", "comp", "restype"}

// checkRequest refuses the address of a request about a container.
func checkRequest(query url.Values) error {
	for _, name := range []string{"comp", "restype"} {
		if query.Has(name) {
			return &Error{name, "is there: this is the address of a request, and not of the container: remove comp and restype from it"}
		}
	}
	return nil
}

// checkWhole refuses what lacks a part that every signature has.
//
// Source: https://learn.microsoft.com/rest/api/storageservices/create-service-sas
// and create-account-sas
func checkWhole(query url.Values) error {
	const whole = "is missing: copy the URL whole, as the portal or the command line printed it"
	switch {
	case query.Get("sv") == "":
		return &Error{"sv", whole}
	case query.Get("sr") == "" && query.Get("ss") == "":
		return &Error{"sr", whole}
	case query.Get("ss") != "" && query.Get("srt") == "":
		return &Error{"srt", whole}
	}
	return nil
}

// checkOnce refuses a part that is there twice: of two, the service may read the
// other one.
func checkOnce(query url.Values) error {
	const remedy = " more than once: copy the URL whole and unchanged, as the portal or the command line printed it"
	seen := map[string]bool{}
	for key, values := range query {
		name := strings.ToLower(key)
		if len(values) == 1 && !seen[name] {
			seen[name] = true
			continue
		}
		if slices.Contains(fields, name) {
			return &Error{name, "is there" + remedy}
		}
		return &Error{"query", "has a parameter" + remedy} // Anything may stand there.
	}
	return nil
}
