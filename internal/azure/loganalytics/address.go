package loganalytics

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"github.com/google/uuid"
)

// CheckWorkspaceID returns an error unless id is the GUID of a workspace.
func CheckWorkspaceID(id string) error {
	if _, err := uuid.Parse(id); err != nil || len(id) != len(uuid.UUID{}.String()) {
		return fmt.Errorf("the workspace id %q is not a GUID; it is the \"Workspace ID\" of the workspace's overview, not its resource id", id)
	}
	return nil
}

// CheckIngestionEndpoint returns an error unless endpoint is the origin of a
// logs ingestion endpoint.
func CheckIngestionEndpoint(endpoint string) error {
	parsed, err := url.Parse(endpoint)
	if err != nil || parsed.Scheme != "https" || parsed.Hostname() == "" || strings.ContainsAny(endpoint, "?#") || parsed.User != nil || strings.Trim(parsed.Path, "/") != "" {
		return fmt.Errorf("the logs ingestion endpoint must look like https://name.region.ingest.monitor.azure.com: " +
			"take the rule's logsIngestion endpoint (kind Direct), or that of a data collection endpoint")
	}
	return nil
}

var immutableID = regexp.MustCompile(`^dcr-[0-9a-fA-F]{32}$`)

// CheckRuleID returns an error unless id is the immutable id of a data
// collection rule.
func CheckRuleID(id string) error {
	if !immutableID.MatchString(id) {
		return fmt.Errorf("%q is not the immutable id of a data collection rule; it looks like dcr-00000000000000000000000000000000, and is the rule's immutableId, not its resource id", id)
	}
	return nil
}

// CheckStream returns an error unless name can be the name of a stream.
func CheckStream(name string) error {
	prefix, rest, _ := strings.Cut(name, "-")
	if rest == "" || prefix != "Custom" && prefix != "Microsoft" {
		return fmt.Errorf("%q is not the name of a stream; streams of custom tables begin with Custom-, those of Azure's tables with Microsoft-", name)
	}
	return nil
}

// StreamTable returns the table that a stream of that name usually ends in,
// or "" if the name does not tell: a data collection rule may send a stream
// to a table of any name.
func StreamTable(name string) string {
	if table, own := strings.CutPrefix(name, "Custom-"); own && strings.HasSuffix(table, "_CL") {
		return table
	}
	table, _ := strings.CutPrefix(name, "Microsoft-")
	if table == name {
		return ""
	}
	return table
}
