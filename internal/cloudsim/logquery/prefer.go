package logquery

import "strings"

// preferences are what a Prefer header asks for besides the rows.
//
// Source: https://learn.microsoft.com/azure/azure-monitor/logs/api/prefer-options
type preferences struct{ statistics, render bool }

func preferencesOf(header string) preferences {
	var wanted preferences
	for item := range strings.FieldsFuncSeq(header, func(r rune) bool { return strings.ContainsRune(",; ", r) }) {
		wanted.statistics = wanted.statistics || strings.EqualFold(item, "include-statistics=true")
		wanted.render = wanted.render || strings.EqualFold(item, "include-render=true")
	}
	return wanted
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

// visualization is what a render operator would have asked for; there is none here.
type visualization struct {
	Visualization *string `json:"visualization"`
	Title         *string `json:"title"`
	Accumulate    bool    `json:"accumulate"`
	IsQuerySorted bool    `json:"isQuerySorted"`
	Kind          *string `json:"kind"`
}

func (p preferences) complete(results *queryResults) {
	if p.render {
		results.Render = &visualization{}
	}
	if !p.statistics {
		return
	}
	data := datasetStatistics{}
	for _, table := range results.Tables {
		data.TableRowCount += len(table.Rows)
		for _, row := range table.Rows {
			for _, cell := range row {
				data.TableSize += len(cell)
			}
		}
	}
	results.Statistics = &queryStatistics{runStatistics{
		ExecutionTime: 0.0156, DatasetStatistics: []datasetStatistics{data},
		ResourceUsage: map[string]any{
			"cpu":    map[string]string{"user": "00:00:00", "kernel": "00:00:00", "total cpu": "00:00:00"},
			"memory": map[string]int{"peak_per_node": data.TableSize},
		},
	}}
}
