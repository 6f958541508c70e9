package pcapfilter_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/pcapfilter"
)

// row is a row of a table of expressions in the documentation.
var row = regexp.MustCompile("(?m)^\\| (?:`([^`]+)`|\\(empty\\)) \\| (.*) \\|$")

// TestDocumentedExpressions: what the pages say comes out, does.
func TestDocumentedExpressions(t *testing.T) {
	t.Parallel()
	for page, translate := range map[string]func(*pcapfilter.Expression) (string, error){
		"azure_capture_filters": func(e *pcapfilter.Expression) (string, error) {
			filters, err := e.AzureFilters()
			return fmt.Sprint(len(filters)), err
		},
		"huaweicloud_capture_filter": func(e *pcapfilter.Expression) (string, error) {
			filter, err := e.HuaweiCloudFilter()
			text := fmt.Sprintf("%s, %s to %s", filter.Protocol, filter.SourceAddress, filter.DestinationAddress)
			if from, to, isRange := strings.Cut(filter.DestinationPort, "-"); isRange {
				text += " ports " + from + "-" + to
			} else if from != "" {
				text += " port " + from
			}
			return text, err
		},
	} {
		text, err := os.ReadFile("../../templates/functions/" + page + ".md.tmpl")
		if err != nil {
			t.Fatal(err)
		}
		rows := row.FindAllStringSubmatch(string(text), -1)
		if len(rows) < 10 {
			t.Fatalf("%s: %d rows", page, len(rows))
		}
		for _, cells := range rows {
			expression, err := pcapfilter.Parse(cells[1])
			result := ""
			if err == nil {
				result, err = translate(expression)
			}
			documented, _, _ := strings.Cut(cells[2], ": ")
			if isError := documented == "error"; isError != (err != nil) || (!isError && result != documented) {
				t.Errorf("%s: %q comes to %q, %v; the page says %q", page, cells[1], result, err, cells[2])
			}
			for _, advised := range regexp.MustCompile("write `([a-z]+ and [^`]+)`").FindAllStringSubmatch(cells[2], -1) {
				if !strings.Contains(err.Error(), "write "+advised[1]) {
					t.Errorf("%s: the page advises %q, the error is %v", page, advised[1], err)
				}
			}
		}
	}
}
