package capturetask

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud/cfw"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

func idValidator(title string) validator.String {
	return tfkit.StringCheck{Title: title, Text: "must be an ID, without a slash", Check: checkIDPart}
}

func firewallIDValidator() validator.String { return idValidator("Firewall ID is not valid") }

func taskIDValidator() validator.String { return idValidator("Capture task ID is not valid") }

// nameValidator refuses only what is certain: the service's rule for names is
// not documented.
func nameValidator() validator.String {
	return tfkit.StringCheck{
		Title: "Capture task name is not valid", Text: "must not be empty",
		Check: func(name string) error {
			if strings.TrimSpace(name) == "" {
				return fmt.Errorf("a capture task needs a name")
			}
			return nil
		},
	}
}

func addressValidator() validator.String {
	return tfkit.StringCheck{
		Title: "Address is not valid", Text: "must be an IP address or a CIDR block",
		Check: func(address string) error { _, err := cfw.FamilyOf(address); return err },
	}
}

func portValidator() validator.String {
	return tfkit.StringCheck{Title: "Port is not valid", Text: "must be a port or a range of ports, from 1 to 65535", Check: checkPort}
}

func checkPort(text string) error {
	first, last, isRange := strings.Cut(text, "-")
	from, ok := port(first)
	to := from
	if isRange && ok {
		to, ok = port(last)
	}
	switch {
	case text == "":
		return nil // Like no port at all.
	case !ok:
		return fmt.Errorf("%q is not a port or a range of ports; it must look like 443 or 8000-8080, from 1 to 65535", text)
	case from > to:
		return fmt.Errorf("the range %q runs backwards; write %d-%d", text, to, from)
	}
	return nil
}

func port(text string) (int, bool) {
	number, err := strconv.Atoi(text)
	return number, err == nil && number >= 1 && number <= 65535 && strconv.Itoa(number) == text
}

// unknownStatus is a status that has no word.
var unknownStatus = regexp.MustCompile(`^unknown(\(-?\d+\))?$`)

func statusValidator() validator.String {
	return tfkit.StringCheck{
		Title: "Status is not valid", Text: "must be a status that a capture task can have",
		Check: func(text string) error {
			words := []string{}
			for _, status := range []cfw.Status{cfw.StatusRunning, cfw.StatusCompleted, cfw.StatusStopping, cfw.StatusStopped, cfw.StatusFailed} {
				words = append(words, status.String())
			}
			if slices.Contains(words, text) || unknownStatus.MatchString(text) {
				return nil
			}
			return fmt.Errorf("%q is no status; there are %s, and unknown(n) for a number n without a known meaning", text, strings.Join(words, ", "))
		},
	}
}

// allowedIPValidator only warns: which notations of ranges the service takes
// is not documented.
type allowedIPValidator struct{ tfkit.Described }

func (allowedIPValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if !tfkit.Given(req.ConfigValue) {
		return
	}
	if _, err := cfw.FamilyOf(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeWarning(req.Path, "Address may not be valid", tfkit.Sentence(err)+" The service may refuse it.")
	}
}
