package logingest

import "fmt"

// What the resource and the action share, described.
const (
	dataCollectorDescription = "Send through the HTTP Data Collector API, which Microsoft retired on 2026-09-14; use `logs_ingestion` for everything new. " +
		"It needs a shared key of the workspace and no Azure credential. Exactly one of `data_collector` and `logs_ingestion` is needed."
	workspaceDescription  = "ID of the workspace, a GUID."
	logTypeDescription    = "Name of the table, to which the service appends `_CL`: letters, digits and underscores, at most 100."
	timeFieldDescription  = "Property that becomes `TimeGenerated`, an ISO 8601 time of at most 2 days ago. Without it, the time of arrival does."
	resourceIDDescription = "ARM ID of the Azure resource that the records are about, which becomes `_ResourceId`."

	logsIngestionDescription = "Send through the Logs Ingestion API. The provider's Azure credential needs the role Monitoring Metrics Publisher on the data collection rule."
	endpointDescription      = "Logs ingestion endpoint of the data collection rule (kind `Direct`) or of a data collection endpoint."
	ruleDescription          = "Immutable ID of the data collection rule (`dcr-...`)."
	streamDescription        = "Stream of the rule, for example `Custom-PacketCapture_CL`."
	streamTableDescription   = "Table that the rule sends the stream to. Only needed by `verify`, and only if the stream is not called like its table."

	recordsDescription = "Records: a JSON array of objects, one object, or JSON lines. Exactly one of `records` and its alternatives is needed."

	recordsFileDescription = "Path of a file with records as in `records`, which is read piece by piece and may be large. The state keeps its hash. " +
		"The file must not change between plan and apply: nothing is sent then, and Terraform reports an inconsistent final plan for `content_hash`. Plan again."
	idColumnDescription = "Property to add to every record, with a UUID that depends on the resource, the content, and how many equal records there are, so that a record that is sent again gets the same one. " +
		"With it, a lost answer of the service is cleared up by looking into the workspace; `logs_ingestion` needs `verify` for that, which names the workspace."
	verifyDescription = "Look into the workspace for what was sent, and warn of what is missing or there twice. Needs `ingest_id_column`. Of a request with more than 500 records, 500 are looked for. " +
		"Before a send it looks, too, and leaves out what an earlier run that was killed brought there; to send the same records again on purpose, change `triggers`."
	verifyWorkspaceDescription = "ID of the workspace to look into, a GUID. Default: the one of `data_collector`."

	columnNameDescription = "Name of the column."
	columnTypeDescription = "Type of the column, for example `string`, `real`, `bool`, `datetime`, `guid` or `dynamic`."
)

func verifyTimeoutDescription() string {
	return fmt.Sprintf("How long to wait for the records to show, for example `90s`. Default `%s`.", defaultVerifyTimeout)
}
