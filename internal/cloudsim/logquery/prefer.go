package logquery

import (
	"strings"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logquery/kql"
)

// preferences are what a Prefer header asks for besides the rows.
//
// Source: https://learn.microsoft.com/azure/azure-monitor/logs/api/prefer-options
type preferences struct{ statistics, render, dataSources, permissions bool }

// preferencesOf reads the values of a Prefer header, as RFC 7240 has them: a
// preference without a value asks for the same as one that is true, and the first
// of a name counts. What is not known is ignored.
func preferencesOf(values []string) preferences {
	given := map[string]string{}
	for item := range strings.SplitSeq(strings.Join(values, ","), ",") {
		// Parameters follow after semicolons; some clients put preferences there.
		for preference := range strings.FieldsFuncSeq(item, func(r rune) bool { return r == ';' || r == ' ' }) {
			name, value, _ := strings.Cut(preference, "=")
			name = strings.ToLower(name)
			if _, again := given[name]; !again {
				given[name] = strings.ToLower(strings.Trim(value, `"`))
			}
		}
	}
	wanted := func(name string) bool {
		value, found := given[name]
		return found && (value == "" || value == "true")
	}
	return preferences{
		statistics: wanted("include-statistics"), render: wanted("include-render"),
		dataSources: wanted("include-datasources"), permissions: wanted("include-permissions"),
	}
}

type queryStatistics struct {
	Query runStatistics `json:"query"`
}

type runStatistics struct {
	// ExecutionTime is in seconds.
	ExecutionTime     float64             `json:"executionTime"`
	ResourceUsage     map[string]any      `json:"resourceUsage"`
	DatasetStatistics []datasetStatistics `json:"datasetStatistics"`
}

type datasetStatistics struct {
	TableRowCount int `json:"tableRowCount"`
	// TableSize is in bytes.
	TableSize int `json:"tableSize"`
}

// visualizationOf is what a render operator asks for, or what there is without
// one. Its members are those that the page has and those of the clients' README.
//
// Source: https://learn.microsoft.com/python/api/overview/azure/monitor-query-readme#include-visualization
func visualizationOf(render *kql.Render) map[string]any {
	members := map[string]any{"accumulate": false, "isQuerySorted": false, "annotation": "", "yMin": "NaN", "yMax": "NaN"}
	for _, name := range []string{
		"visualization", "title", "kind", "by", "legend", "series", "xAxis", "xColumn", "xTitle", "yAxis", "yColumns", "ySplit", "yTitle", "anomalyColumns",
	} {
		members[name] = nil
	}
	if render == nil {
		return members
	}
	members["visualization"] = render.Visualization
	for name := range members {
		if value, given := render.Properties[strings.ToLower(name)]; given {
			members[name] = value
		}
	}
	return members
}

// dataSource is a workspace that a query read. The members resourceId and tables
// are those that clients read; the name of the region's is published nowhere.
type dataSource struct {
	ResourceID string   `json:"resourceId"`
	Region     string   `json:"region"`
	Tables     []string `json:"tables"`
}

// permissions says who may read what; here it is always everything.
//
// Source: https://learn.microsoft.com/azure/azure-monitor/logs/api/azure-resource-queries
type permissions struct {
	Resources   []permittedResource `json:"resources"`
	DataSources []permittedSource   `json:"dataSources"`
}

type permittedResource struct {
	ResourceID  string   `json:"resourceId"`
	DataSources []string `json:"dataSources"`
}

type permittedSource struct {
	ResourceID string `json:"resourceId"`
}

// complete adds what was asked for to the results of a query on data.
func (p preferences) complete(results *queryResults, data *visible, render *kql.Render) {
	if p.render {
		results.Render = visualizationOf(render)
	}
	if p.statistics {
		results.Statistics = statisticsOf(results.Tables)
	}
	sources := data.sources()
	if p.dataSources {
		results.DataSources = sources
	}
	if !p.permissions {
		return
	}
	results.Permissions = &permissions{Resources: []permittedResource{}, DataSources: []permittedSource{}}
	var ids []string
	for _, source := range sources {
		ids = append(ids, source.ResourceID)
		results.Permissions.DataSources = append(results.Permissions.DataSources, permittedSource{source.ResourceID})
	}
	if data.scope.resourceID != "" {
		results.Permissions.Resources = append(results.Permissions.Resources, permittedResource{data.scope.resourceID, ids})
	}
}

func statisticsOf(tables []resultTable) *queryStatistics {
	data := datasetStatistics{}
	for _, table := range tables {
		data.TableRowCount += len(table.Rows)
		for _, row := range table.Rows {
			for _, cell := range row {
				data.TableSize += len(cell)
			}
		}
	}
	return &queryStatistics{runStatistics{
		ExecutionTime: 0.0156, DatasetStatistics: []datasetStatistics{data},
		ResourceUsage: map[string]any{
			"cpu":    map[string]string{"user": "00:00:00", "kernel": "00:00:00", "total cpu": "00:00:00"},
			"memory": map[string]int{"peak_per_node": data.TableSize},
		},
	}}
}
