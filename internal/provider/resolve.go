package provider

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// resolver reads settings in the order configuration, environment, default.
// It never fails: what is wrong or not known yet is remembered, and concerns
// only those who use the cloud.
type resolver struct {
	cloud    string
	getenv   func(string) string
	unknown  []string
	problems []string
}

// text resolves a string setting. Empty strings count as unset everywhere,
// so that `export NAME=` and `attribute = ""` mean what they look like.
func (r *resolver) text(attribute string, value types.String, byDefault string, variables ...string) string {
	if value.IsUnknown() {
		r.unknown = append(r.unknown, r.cloud+"."+attribute)
		return ""
	}
	if value.ValueString() != "" {
		return value.ValueString()
	}
	for _, variable := range variables {
		if found := r.getenv(variable); found != "" {
			return found
		}
	}
	return byDefault
}

func (r *resolver) flag(attribute string, value types.Bool, byDefault bool, variables ...string) bool {
	if value.IsUnknown() {
		r.unknown = append(r.unknown, r.cloud+"."+attribute)
		return byDefault
	}
	if !value.IsNull() {
		return value.ValueBool()
	}
	for _, variable := range variables {
		text := r.getenv(variable)
		if text == "" {
			continue
		}
		found, err := strconv.ParseBool(text)
		if err != nil {
			r.problems = append(r.problems, fmt.Sprintf("the environment variable %s must be true or false, but is %q", variable, text))
			return byDefault
		}
		return found
	}
	return byDefault
}

func (r *resolver) number(attribute string, value types.Int64, byDefault int, variables ...string) int {
	if value.IsUnknown() {
		r.unknown = append(r.unknown, r.cloud+"."+attribute)
		return byDefault
	}
	if !value.IsNull() {
		return int(value.ValueInt64())
	}
	for _, variable := range variables {
		text := r.getenv(variable)
		if text == "" {
			continue
		}
		found, err := strconv.Atoi(text)
		if err != nil || found < 0 {
			r.problems = append(r.problems, fmt.Sprintf("the environment variable %s must be a number from 0 on, but is %q", variable, text))
			return byDefault
		}
		return found
	}
	return byDefault
}

// origin resolves an endpoint; scheme is the one that it must have.
func (r *resolver) origin(attribute string, value types.String, scheme string, variable string) string {
	endpoint := r.text(attribute, value, "", variable)
	if endpoint == "" {
		return ""
	}
	if err := checkOrigin(endpoint, scheme); err != nil {
		r.problems = append(r.problems, fmt.Sprintf("%s.%s (or %s): %s", r.cloud, attribute, variable, err))
		return ""
	}
	return strings.TrimRight(endpoint, "/")
}

func checkOrigin(endpoint, scheme string) error {
	parsed, err := url.Parse(endpoint)
	if err == nil && parsed.Hostname() != "" && parsed.Scheme == scheme && parsed.User == nil && !strings.ContainsAny(endpoint, "?#") {
		return nil
	}
	shown := "the value"
	if !strings.ContainsAny(endpoint, "@?#") {
		// What stands before or behind these may be a password or a signature.
		shown = strconv.Quote(endpoint)
	}
	return fmt.Errorf("%s is not an endpoint; it must look like %s://host or %s://host:port", shown, scheme, scheme)
}

// err tells why the cloud cannot be used, or nil.
func (r *resolver) err() error {
	if len(r.problems) > 0 {
		return fmt.Errorf("the provider's configuration for %s is wrong: %s", r.cloud, strings.Join(r.problems, "; "))
	}
	if len(r.unknown) > 0 {
		return &tfkit.NotYetKnownError{Attributes: r.unknown}
	}
	return nil
}
