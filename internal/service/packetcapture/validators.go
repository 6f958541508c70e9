package packetcapture

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/networkwatcher"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

func watcherIDValidator() validator.String {
	return tfkit.StringCheck{
		Title: "Network watcher ID is not valid", Text: "must be the ARM ID of a network watcher",
		Check: func(value string) error { _, err := networkwatcher.ParseWatcherID(value); return err },
	}
}

func captureIDValidator() validator.String {
	return tfkit.StringCheck{
		Title: "Packet capture ID is not valid", Text: "must be the ARM ID of a packet capture",
		Check: func(value string) error { _, err := networkwatcher.ParsePacketCaptureID(value); return err },
	}
}

func targetIDValidator() validator.String {
	return tfkit.StringCheck{
		Title: "Target ID is not valid", Text: "must be the ARM ID of a virtual machine or a virtual machine scale set",
		Check: func(value string) error { _, err := networkwatcher.ParseTargetID(value); return err },
	}
}

func storageAccountIDValidator() validator.String {
	return tfkit.StringCheck{
		Title: "Storage account ID is not valid", Text: "must be the ARM ID of a storage account",
		Check: networkwatcher.CheckStorageAccountID,
	}
}

func nameValidator() validator.String {
	return tfkit.StringCheck{
		Title: "Packet capture name is not valid", Text: "must not be empty, and have no character that an ARM ID cannot hold",
		Check: func(name string) error {
			if name == "" || strings.TrimSpace(name) != name || strings.ContainsAny(name, `/\?#%&<>:*"`) {
				return fmt.Errorf(`%q is no name: it must not be empty, begin or end with a space, or contain any of / \ ? # %% & < > : * "`, name)
			}
			return networkwatcher.CheckName(name)
		},
	}
}

// filterValidator checks a condition of a filter.
type filterValidator struct {
	title string
	parse func(string) error
}

func (filterValidator) Description(context.Context) string {
	return "must be one value, one range or a list"
}

func (v filterValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v filterValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if !tfkit.Given(req.ConfigValue) {
		return
	}
	if err := v.parse(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, v.title, fmt.Sprintf("%s = %q: %s.", req.Path, req.ConfigValue.ValueString(), tfkit.Printable(err.Error())))
	}
}

func protocolValidator() validator.String {
	return filterValidator{title: "Protocol is not valid", parse: func(protocol string) error {
		switch {
		case protocol == "" || slices.ContainsFunc([]string{"TCP", "UDP", "Any"}, func(known string) bool { return strings.EqualFold(known, protocol) }):
			return nil
		case strings.HasPrefix(strings.ToUpper(protocol), "ICMP"):
			return fmt.Errorf("ICMP cannot be selected on Azure; use Any, which captures it with everything else, and filter when you read the file")
		}
		return fmt.Errorf("a protocol is TCP, UDP or Any")
	}}
}

// noNullIn refuses null elements: the service has none, and Terraform takes
// null for an element where a variable is null.
type noNullIn struct{}

func (noNullIn) Description(context.Context) string { return "elements must not be null" }

func (v noNullIn) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (noNullIn) ValidateList(_ context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	for i, element := range req.ConfigValue.Elements() {
		if element.IsNull() {
			resp.Diagnostics.AddAttributeError(req.Path.AtListIndex(i), "Element is null",
				fmt.Sprintf("%s is null. Give it a value, or leave it out, for example with [for element in ... : element if element != null].", req.Path.AtListIndex(i)))
		}
	}
}

func (noNullIn) ValidateSet(_ context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	for _, element := range req.ConfigValue.Elements() {
		if element.IsNull() {
			resp.Diagnostics.AddAttributeError(req.Path.AtSetValue(element), "Element is null",
				fmt.Sprintf("An element of %s is null. Give it a value, or leave it out, for example with compact().", req.Path))
		}
	}
}

func storagePathValidator() validator.String {
	return tfkit.StringCheck{
		Title: "Storage path is not valid", Text: "must be the URL of a blob, without a query",
		Check: func(value string) error {
			parsed, err := url.Parse(value)
			if err != nil || parsed.Scheme != "https" || parsed.Hostname() == "" || strings.Trim(parsed.Path, "/") == "" {
				return fmt.Errorf("%q is not the URL of a blob; it must look like https://account.blob.core.windows.net/container/capture.cap", withoutSecrets(value))
			}
			if strings.ContainsAny(value, "?#") || parsed.User != nil {
				return fmt.Errorf("the URL must not carry a query, a fragment or a user: shared access signatures are secrets, and the service does not need one")
			}
			return nil
		},
	}
}

// withoutSecrets keeps the password and the signature in a wrong URL out of
// the error.
func withoutSecrets(value string) string {
	value = value[strings.LastIndex(value, "@")+1:]
	if end := strings.IndexAny(value, "?#"); end >= 0 {
		return value[:end]
	}
	return value
}

// linuxFolder is where the agent may write on Linux.
const linuxFolder = "/var/captures/"

func filePathValidator() validator.String {
	return tfkit.StringCheck{
		Title: "File path is not valid", Text: "must end in .cap, and on Linux lie under /var/captures",
		Check: func(value string) error {
			switch {
			case !strings.HasSuffix(value, ".cap"):
				return fmt.Errorf("%q does not end in .cap, which the service demands", value)
			case strings.HasPrefix(value, "/") && (!strings.HasPrefix(value, linuxFolder) || strings.Contains(value, "/../")):
				return fmt.Errorf("%q does not lie under /var/captures, the only folder that the agent writes to on Linux; for example /var/captures/capture.cap", value)
			case strings.TrimSuffix(value[strings.LastIndexAny(value, `/\`)+1:], ".cap") == "":
				return fmt.Errorf("%q has no file name before .cap", value)
			}
			return nil
		},
	}
}

// limitValidator bounds a number by what the service takes.
type limitValidator struct {
	max  int64
	unit string
	// beyond says how to get more than max.
	beyond string
}

func (v limitValidator) Description(context.Context) string {
	return fmt.Sprintf("must be from 0 to %d %s", v.max, v.unit)
}

func (v limitValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v limitValidator) ValidateInt64(_ context.Context, req validator.Int64Request, resp *validator.Int64Response) {
	value := req.ConfigValue.ValueInt64()
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || (value >= 0 && value <= v.max) {
		return
	}
	detail := fmt.Sprintf("%d is outside of what the service takes: from 0 to %d %s.", value, v.max, v.unit)
	if value > v.max && v.beyond != "" {
		detail += " " + v.beyond
	}
	resp.Diagnostics.AddAttributeError(req.Path, "Limit is out of range", detail)
}
