package imds

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
)

// knownVersions are the documented api-versions, newest first, as far back
// as the instance document goes.
func knownVersions() []string {
	return []string{
		"2025-04-07", "2024-07-17", "2024-03-15", "2023-11-15", "2023-07-01",
		"2021-12-13", "2021-11-15", "2021-11-01", "2021-10-01", "2021-08-01", "2021-05-01", "2021-03-01", "2021-02-01", "2021-01-01",
		"2020-12-01", "2020-10-01", "2020-09-01", "2020-07-15", "2020-06-01",
		"2019-11-01", "2019-08-15", "2019-08-01", "2019-06-04", "2019-06-01", "2019-04-30", "2019-03-11", "2019-02-01",
		"2018-10-01", "2018-04-02", "2018-02-01",
		"2017-12-01", "2017-10-01", "2017-08-01", "2017-04-02",
	}
}

// fallbackVersions are tried when a host does not say what it knows: the
// newest of Azure Stack Hub's common versions, the first with tagsList, and
// the oldest that is in use anywhere.
func fallbackVersions() []string { return []string{"2021-02-01", "2019-06-04", "2017-08-01"} }

// UnknownVersionError says that the host does not know a pinned api-version.
type UnknownVersionError struct {
	// Version is the pinned one.
	Version string
	// Known are those that the host named, in its order; empty if it did not
	// say.
	Known []string

	cause error
}

// Error names the versions that would work.
func (e *UnknownVersionError) Error() string {
	return fmt.Sprintf("%s. %s (%s)", e.summary(), pinAnother, e.cause)
}

// Describe implements failure.Describer: what Error tells, in parts.
func (e *UnknownVersionError) Describe() failure.Details {
	details := azure.Describe(e.cause)
	details.Summary, details.Next = e.summary(), []string{pinAnother + "."}
	return details
}

const pinAnother = "Pin one of those, or none to have the newest chosen"

func (e *UnknownVersionError) summary() string {
	known := "it did not say which ones it knows"
	if len(e.Known) > 0 {
		known = "it knows " + strings.Join(e.Known, ", ")
	}
	return fmt.Sprintf("the host of this machine does not know the instance metadata api-version %q; %s", e.Version, known)
}

// Unwrap returns the service's refusal.
func (e *UnknownVersionError) Unwrap() error { return e.cause }

// Versions returns the api-versions that the host says it knows, oldest
// first as the host lists them. It is asked once per client.
func (c *Client) Versions(ctx context.Context) ([]string, error) {
	return share(ctx, c.clock, &c.versions, "", func(ctx context.Context) ([]string, error) {
		got, err := c.do(ctx, c.get(operationVersions, "/metadata/versions", ""))
		if err != nil {
			return nil, err
		}
		var parsed struct {
			APIVersions []string `json:"apiVersions"`
		}
		if err := json.Unmarshal(got.body, &parsed); err != nil {
			return nil, fmt.Errorf("%s: the list of versions cannot be read [%s]: %w", operationVersions, identifiers(got.requestID(), got.clientRequestID), err)
		}
		return plausibleVersions(parsed.APIVersions), nil
	})
}

// maxVersions is several times what hosts list.
const maxVersions = 200

// plausibleVersions drops what cannot be an api-version. The others are
// quoted in errors.
func plausibleVersions(listed []string) []string {
	var versions []string
	for _, version := range listed {
		if len(versions) < maxVersions && versionForm.MatchString(version) {
			versions = append(versions, version)
		}
	}
	return versions
}

var versionForm = regexp.MustCompile(`^[0-9A-Za-z.-]{1,20}$`)

// aboutVersion reports whether another api-version may fare better.
func aboutVersion(err error) (*Error, bool) {
	var refused *Error
	if !errors.As(err, &refused) {
		return nil, false
	}
	switch refused.Status {
	case http.StatusNotFound:
		return refused, true
	case http.StatusBadRequest:
		return refused, !strings.Contains(strings.ToLower(refused.Message), "metadata header")
	}
	return refused, false
}

// fetch asks one endpoint with one api-version.
type fetch func(ctx context.Context, version string) (*answer, error)

// negotiate asks with the newest version of the train (newest first), and
// with those that the host names after it refused. It returns the first
// refusal if none works.
func (c *Client) negotiate(ctx context.Context, train []string, ask fetch) (*answer, string, error) {
	search := versionSearch{client: c, train: train, left: fallbackVersions()}
	version := train[0]
	var first error
	for version != "" {
		search.tried = append(search.tried, version)
		got, err := ask(ctx, version)
		if err == nil {
			return got, version, nil
		}
		refused, another := aboutVersion(err)
		if !another {
			return nil, "", err
		}
		if first == nil {
			first = err
		}
		version = search.next(ctx, refused)
	}
	return nil, "", first
}

// versionSearch looks for a version that both sides know, in three places,
// each of which gives one try (the last one several).
type versionSearch struct {
	client *Client
	train  []string
	tried  []string
	// left are the fall-back versions still to try.
	left        []string
	askedHost   bool
	fromRefusal bool
}

func (s *versionSearch) next(ctx context.Context, refused *Error) string {
	if !s.fromRefusal && len(refused.NewestVersions) > 0 {
		s.fromRefusal = true
		if version := s.common(refused.NewestVersions); version != "" {
			return version
		}
	}
	if !s.askedHost {
		s.askedHost = true
		// A host without the list refuses it, which leaves the fall-backs.
		if known, err := s.client.Versions(ctx); err == nil {
			if version := s.common(known); version != "" {
				return version
			}
		}
	}
	for len(s.left) > 0 {
		version := s.left[0]
		s.left = s.left[1:]
		if slices.Contains(s.train, version) && !slices.Contains(s.tried, version) {
			return version
		}
	}
	return ""
}

// common returns the newest untried version of the train that the host
// offers; empty if there is none.
func (s *versionSearch) common(offered []string) string {
	for _, version := range s.train {
		if slices.Contains(offered, version) && !slices.Contains(s.tried, version) {
			return version
		}
	}
	return ""
}
