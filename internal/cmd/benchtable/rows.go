package main

// rows are the project's budgets, in the order of the table. A row without a
// target is there to compare.
var rows = []row{
	{measure: "from start to handshake", metric: metric{"Handshake", "median-ms"}, format: "%.1f ms", target: new(50.0)},
	{measure: "memory at rest: the most that the process had once it has told its schemas and validated its block", metric: metric{"AtRest", "MB"}, format: "%.1f MB", target: new(30.0)},
	{measure: "size of the program", metric: metric{"Binary", "MB"}, format: "%.1f MB", target: new(28.0)},
	{measure: "`validate` of a bare provider block, compared with the smallest provider of the same framework", metric: metric{"Startup", "validate-ratio"}, format: "%.2f times", target: new(1.3)},
	{measure: "empty `plan`, compared likewise", metric: metric{"Startup", "plan-ratio"}, format: "%.2f times", target: new(1.3)},

	{measure: "create 100 captures of one watcher: requests for each", metric: metric{"Captures", "create-requests/capture"}, format: "%.2f", target: new(3.0)},
	{measure: "... and lists for all", metric: metric{"Captures", "create-lists"}, format: "%.0f", target: new(1.0)},
	{measure: "... and connections to one host", metric: metric{"Captures", "connections/host"}, format: "%.0f", target: new(4.0)},
	{measure: "plan 100 ended captures: requests", metric: metric{"Captures", "plan-requests"}, format: "%.0f", target: new(1.0)},
	{measure: "plan 1,000 ended captures: requests", metric: metric{"Refresh", "requests"}, format: "%.0f", target: new(1.0)},
	{measure: "... and processor time for one more, of CLI and provider", metric: metric{"Refresh", "ms/capture"}, format: "%.1f ms"},
	{measure: "... where Terraform's own graph walk takes, with one more `terraform_data`", metric: metric{"Refresh", "ms/terraform_data"}, format: "%.1f ms"},
	{measure: "... and how much more the last 450 cost than the first, compared with the last and first 450 `terraform_data`", metric: metric{"Refresh", "growth-ratio"}, format: "%.2f times", target: new(1.1)},
	{measure: "destroy 100 captures: requests for each", metric: metric{"Captures", "destroy-requests/capture"}, format: "%.2f", target: new(2.0)},
	{measure: "... and time, compared with the waits that the service asks for", metric: metric{"Captures", "destroy-ratio"}, format: "%.2f times"},

	{measure: "processor time of the provider to create one more capture", metric: metric{"ProviderCPU", "create-ms/capture"}, format: "%.1f ms", target: new(8.0)},
	{measure: "... to plan one more new one", metric: metric{"ProviderCPU", "plan-new-ms/capture"}, format: "%.1f ms", target: new(3.0)},
	{measure: "... to refresh and plan one more that has ended", metric: metric{"ProviderCPU", "plan-ended-ms/capture"}, format: "%.1f ms", target: new(3.0), missed: "nine tenths of it are the plugin framework and the protocol, see below"},
	{measure: "trace lines that are formatted although `TF_LOG` is not set", metric: metric{"Logs", "trace-lines"}, format: "%.0f", target: new(0.0)},
	{measure: "... and when it is `TRACE`, to show that they are counted", metric: metric{"Logs", "trace-lines-asked"}, format: "%.0f"},

	{measure: "plan 1,000 capture tasks of one firewall: requests", metric: metric{"Tasks", "plan-requests"}, format: "%.0f", target: new(1.0)},
	{measure: "destroy 100 running ones: stops for each", metric: metric{"Tasks", "stops/task"}, format: "%.2f", target: new(1.0)},
	{measure: "... deletions for each", metric: metric{"Tasks", "deletes/task"}, format: "%.2f", target: new(0.2)},
	{measure: "... lists for each", metric: metric{"Tasks", "lists/task"}, format: "%.2f", target: new(0.5)},
	{measure: "10 instance metadata data sources: requests for the document", metric: metric{"Metadata", "requests"}, format: "%.0f", target: new(1.0)},

	{measure: "every second request answered with 429, captures: time, compared with the best possible", metric: metric{"ThrottledCaptures", "ratio"}, format: "%.2f times", target: new(1.5)},
	{measure: "... and requests sent again too early", metric: metric{"ThrottledCaptures", "early"}, format: "%.0f", target: new(0.0)},
	{measure: "the same when capture tasks are made, which is done one by one: time", metric: metric{"ThrottledTasks", "ratio"}, format: "%.2f times", target: new(1.5)},
	{measure: "... and requests sent again too early", metric: metric{"ThrottledTasks", "early"}, format: "%.0f", target: new(0.0)},
	{measure: "the same when running ones are destroyed with `-parallelism=1`: time", metric: metric{"ThrottledDestroy", "ratio"}, format: "%.2f times", target: new(1.5)},
	{measure: "... and requests sent again too early", metric: metric{"ThrottledDestroy", "early"}, format: "%.0f", target: new(0.0)},

	{measure: "create 10 captures of a service that says `Retry-After: 0` and is done at once: time", metric: metric{"Pace", "0-0s-s"}, format: "%.1f s"},
	{measure: "... and requests for each", metric: metric{"Pace", "0-0s-requests/capture"}, format: "%.1f"},
	{measure: "create 10 captures of a service that says `Retry-After: 0` and works for 3 s: time", metric: metric{"Pace", "0-3s-s"}, format: "%.1f s"},
	{measure: "... and requests for each", metric: metric{"Pace", "0-3s-requests/capture"}, format: "%.1f"},
	{measure: "create 10 captures of a service that says nothing of when to come back and is done at once: time", metric: metric{"Pace", "nothing-0s-s"}, format: "%.1f s"},
	{measure: "... and requests for each", metric: metric{"Pace", "nothing-0s-requests/capture"}, format: "%.1f"},
	{measure: "create 10 captures of a service that says nothing of when to come back and works for 3 s: time", metric: metric{"Pace", "nothing-3s-s"}, format: "%.1f s", target: new(4.5)},
	{measure: "... and requests for each", metric: metric{"Pace", "nothing-3s-requests/capture"}, format: "%.1f"},
	{measure: "create 10 captures of a service that says `Retry-After: 1` and is done at once: time", metric: metric{"Pace", "1-0s-s"}, format: "%.1f s"},
	{measure: "... and requests for each", metric: metric{"Pace", "1-0s-requests/capture"}, format: "%.1f"},
	{measure: "create 10 captures of a service that says `Retry-After: 1` and works for 3 s: time", metric: metric{"Pace", "1-3s-s"}, format: "%.1f s"},
	{measure: "... and requests for each", metric: metric{"Pace", "1-3s-requests/capture"}, format: "%.1f"},
	{measure: "create 10 captures of a service that says `Retry-After: 10` and is done at once: time", metric: metric{"Pace", "10-0s-s"}, format: "%.1f s"},
	{measure: "... and requests for each", metric: metric{"Pace", "10-0s-requests/capture"}, format: "%.1f"},
	{measure: "create 10 captures of a service that says `Retry-After: 10` and works for 3 s: time", metric: metric{"Pace", "10-3s-s"}, format: "%.1f s"},
	{measure: "... and requests for each", metric: metric{"Pace", "10-3s-requests/capture"}, format: "%.1f"},
	{measure: "create 100 captures of a service that says `Retry-After: 0`: time to apply, compared with no wait at all", metric: metric{"AtOnce", "ratio"}, format: "%.2f times", target: new(1.5)},

	{measure: "summarize a capture of 100 MB with 240,000 packets: processor time of the provider, beside what it takes to start and to store the rows", metric: metric{"CaptureSummary", "cpu-ms"}, format: "%.0f ms"},
	{measure: "... compared with `tshark -q -z conv,tcp`", metric: metric{"CaptureSummary", "cpu-ratio"}, format: "%.2f times", target: new(0.1), needs: "tshark"},
	{measure: "... and time, compared with counting the packets of the same ranges", metric: metric{"CaptureSummary", "wall-ratio"}, format: "%.2f times", target: new(2.0)},
	{measure: "... and the provider's memory", metric: metric{"CaptureSummary", "peak-MB"}, format: "%.0f MB", target: new(80.0)},
	{measure: "... and with 2 GB, and twenty times as many conversations", metric: metric{"CaptureSummary", "large-peak-MB"}, format: "%.0f MB", target: new(80.0)},

	{measure: "ingest a file of 300 MB: time to apply, compared with posting prepared bodies", metric: metric{"IngestFile", "ratio"}, format: "%.2f times", target: new(1.5)},
	{measure: "... and the provider's memory", metric: metric{"IngestFile", "peak-MB"}, format: "%.0f MB", target: new(120.0)},
}
