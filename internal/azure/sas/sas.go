// Package sas reads shared access signatures of Azure storage containers, and
// finds what is wrong with them before a service does: packet captures of
// firewalls and VPN gateways take any, and fail when they upload.
package sas

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Container is the URL of a storage container with a shared access signature
// (SAS) that may write to it. Its String has no signature.
type Container struct {
	// Host is the storage account's, for example web.blob.core.windows.net.
	Host string
	// Name is the container's.
	Name string
	// Starts and Expires bound when the signature is valid; zero if the URL does
	// not say, as that of a stored access policy need not.
	Starts, Expires time.Time

	// Addresses is from where the signature may be used, an address or a range as
	// the URL has it; empty if from anywhere.
	Addresses string

	text    string
	mayList bool
	// end is the parameter that Expires comes from: of two the earlier one.
	end string
}

// Error names the part of a URL that is at fault. It quotes nothing of a
// signature.
type Error struct {
	// Part is "URL", "path", or a parameter of the query, for example "se".
	Part string
	// Problem completes "the part ...", and says the way out.
	Problem string
}

// Error says part and problem in one sentence.
func (e *Error) Error() string { return e.Part + " " + e.Problem }

// permissions that let somebody make a blob.
const canWrite = "cw"

// Parse reads the URL of a container, and refuses one that no capture can be
// written to whatever the time is. The error is *Error.
//
// Source: https://learn.microsoft.com/rest/api/storageservices/create-service-sas
// and create-account-sas
func Parse(text string) (Container, error) {
	if text == "" {
		return Container{}, &Error{"URL", "is empty: the secret that it is read from may not be set"}
	}
	if strings.TrimSpace(text) != text {
		return Container{}, &Error{"URL", "has spaces or a line break around it: use trimspace() on what it is read from"}
	}
	parsed, err := url.Parse(text)
	if err != nil {
		// The error of url.Parse quotes the text with its signature.
		return Container{}, &Error{"URL", "is no URL; it must look like " + shape}
	}
	if parsed.Scheme != "https" || parsed.Host == "" || parsed.User != nil || parsed.Fragment != "" {
		return Container{}, &Error{"URL", "must begin with https:// and have neither user nor fragment; it must look like " + shape}
	}
	if strings.ContainsAny(parsed.Host+parsed.Path, "=&?%") {
		// What stands there may be the signature.
		return Container{}, &Error{"URL", "has something other than a container before its parameters, perhaps as the ? between them is missing or escaped; it must look like " + shape}
	}
	query, err := url.ParseQuery(parsed.RawQuery)
	if err != nil {
		return Container{}, &Error{"query", "cannot be read: copy the URL whole, as the portal or the command line printed it"}
	}
	if err := checkHost(parsed.Hostname()); err != nil {
		return Container{}, err
	}
	name, err := containerOf(parsed)
	if err != nil {
		return Container{}, err
	}
	found := Container{Host: parsed.Host, Name: name, text: text, mayList: strings.Contains(query.Get("sp"), "l"), Addresses: query.Get("sip")}
	for _, check := range []func(url.Values) error{checkOnce, checkSignature, checkRequest, checkResource, checkPermissions, found.readTimes, checkWhole} {
		if err := check(query); err != nil {
			return Container{}, err
		}
	}
	return found, nil
}

const shape = "https://ACCOUNT.blob.core.windows.net/CONTAINER?sv=...&sp=cw&se=...&sig=..."

// containerOf returns the only segment of the path. At an address or at
// localhost the account is the first segment.
func containerOf(of *url.URL) (string, error) {
	path := strings.TrimSuffix(strings.TrimPrefix(of.Path, "/"), "/")
	if _, err := netip.ParseAddr(of.Hostname()); err == nil || of.Hostname() == "localhost" {
		_, path, _ = strings.Cut(path, "/")
	}
	switch {
	case path == "":
		return "", &Error{"path", "names no container: put the name of an existing container after the host, as in " + shape +
			". Without it the service takes a part of the file's name for the container, and the upload fails"}
	case strings.Contains(path, "/"):
		return "", &Error{"path", "must hold a container and nothing more, " + quoted("but is %q", "/"+path) + ": remove what else there is; the service names the files"}
	}
	return path, checkName(path)
}

func checkSignature(query url.Values) error {
	if query.Get("sig") == "" {
		return &Error{"sig", "is missing: this is the URL of a container without a shared access signature"}
	}
	if strings.Contains(query.Get("sig"), "%") {
		return &Error{"sig", "is escaped twice: copy the URL whole and unchanged, as the portal or the command line printed it"}
	}
	return nil
}

// checkResource looks at what was signed: a container (service SAS, sr), or an
// account (ss and srt).
func checkResource(query url.Values) error {
	switch {
	case query.Has("ss") && !holds(query.Get("ss"), "b"):
		return &Error{"ss", quoted("is %q", query.Get("ss")) + ": an account's signature must be for the blob service (b)"}
	case query.Has("srt") && !holds(query.Get("srt"), "o"):
		return &Error{"srt", quoted("is %q", query.Get("srt")) + ": an account's signature must be for objects (o)"}
	case query.Has("sr") && query.Get("sr") != "c":
		return &Error{"sr", quoted("is %q", query.Get("sr")) + ": the signature must be for a container (c), as the service names the files"}
	case query.Has("spr") && !slices.Contains([]string{"https", "https,http", "http,https"}, query.Get("spr")):
		return &Error{"spr", quoted("is %q", query.Get("spr")) + ": the signature must allow https"}
	}
	return nil
}

func checkPermissions(query url.Values) error {
	if query.Has("si") && !query.Has("sp") {
		return nil // A stored access policy says what is permitted.
	}
	if query.Get("sp") == "" {
		return &Error{"sp", "is missing: the signature must permit create (c) or write (w)"}
	}
	if permitted := query.Get("sp"); !holds(permitted, canWrite) {
		return &Error{"sp", quoted("is %q", permitted) + ": the signature must permit create (c) or write (w)"}
	}
	return nil
}

// times are how a SAS may write them.
//
// Source: https://learn.microsoft.com/rest/api/storageservices/formatting-datetime-values
var times = []string{time.DateOnly, "2006-01-02T15:04Z07:00", time.RFC3339}

func (c *Container) readTimes(query url.Values) error {
	if query.Get("se") == "" && query.Get("si") == "" {
		return &Error{"se", "is missing: a signature needs a time when it expires"}
	}
	var keyStarts, keyExpires time.Time
	for part, into := range map[string]*time.Time{"se": &c.Expires, "st": &c.Starts, "ske": &keyExpires, "skt": &keyStarts} {
		text := query.Get(part)
		if text == "" {
			continue
		}
		if !slices.ContainsFunc(times, func(layout string) bool {
			at, err := time.Parse(layout, text)
			*into = at.UTC()
			return err == nil
		}) {
			return &Error{part, "is no time such as 2026-11-29T18:00:00Z"}
		}
	}
	// A signature of a user delegation key is valid no longer than the key.
	if c.end = "se"; !keyExpires.IsZero() && (c.Expires.IsZero() || keyExpires.Before(c.Expires)) {
		c.Expires, c.end = keyExpires, "ske"
	}
	return nil
}

// Expiry is when a signature ends (se), or before it the key of a user with which it
// was made (ske). It is zero if the query tells neither.
//
// Source: https://learn.microsoft.com/rest/api/storageservices/create-user-delegation-sas
func Expiry(query url.Values) time.Time {
	var first time.Time
	for _, part := range []string{"se", "ske"} {
		for _, layout := range times {
			if at, err := time.Parse(layout, query.Get(part)); err == nil && (first.IsZero() || at.Before(first)) {
				first = at.UTC()
			}
		}
	}
	return first
}

// CheckValid refuses a signature that is not valid from one time until another:
// from now until the file is uploaded. The error is *Error.
func (c Container) CheckValid(from, until time.Time) error {
	expires := c.Expires.Format(time.RFC3339)
	switch {
	case !c.Starts.IsZero() && c.Starts.After(from):
		return &Error{"st", fmt.Sprintf("is %s, in the future: the signature is not valid yet. Make one without st, or one that has begun", c.Starts.Format(time.RFC3339))}
	case c.Expires.IsZero() || c.Expires.After(until):
		return nil
	case !c.Expires.After(from):
		return &Error{c.end, fmt.Sprintf("is %s: the signature has expired. Make a new one; the service would accept it, and fail to upload minutes later", expires)}
	}
	return &Error{c.end, fmt.Sprintf("is %s, which is too early: the capture may end at %s. Make a signature that is valid longer, or capture for a shorter time",
		expires, until.UTC().Format(time.RFC3339))}
}

// Secret returns the whole URL, which is a secret.
func (c Container) Secret() string { return c.text }

// MayList reports whether the signature permits to list what is in the container.
func (c Container) MayList() bool { return c.mayList }

// Secrets returns what must not be shown: the signature as it stands in the URL,
// and as it is.
func (c Container) Secrets() []string {
	_, query, _ := strings.Cut(c.text, "?")
	for parameter := range strings.SplitSeq(query, "&") {
		if escaped, found := strings.CutPrefix(parameter, "sig="); found {
			plain, err := url.QueryUnescape(escaped)
			if err != nil {
				plain = escaped
			}
			return []string{escaped, plain}
		}
	}
	return nil
}

// String is the container's URL without the signature.
func (c Container) String() string {
	without, _, _ := strings.Cut(c.text, "?")
	return without
}

// GoString is String, so that %#v shows no signature either.
func (c Container) GoString() string { return c.String() }
