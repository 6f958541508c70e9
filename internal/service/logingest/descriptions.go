package logingest

import "fmt"

// Descriptions, most of which the resource and the action share.
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
	streamTableDescription   = "Table that the rule sends the stream to. Only needed by `verify`, and only if the stream has a different name than its table."

	recordsDescription = "Records: a JSON array of objects, one object, or JSON lines. Exactly one of `records`, `records_file` and `records_wo` is needed. " +
		"Changing them sends what `on_change` says; nothing is replaced."

	recordsFileDescription = "Path of a file with records as in `records`, which is read piece by piece and may be large. The state keeps its hash. " +
		"A change of its content sends what `on_change` says. " +
		"The file must not change between plan and apply: nothing is sent then, and Terraform reports an inconsistent final plan for `content_hash`. Plan again."
	actionRecordsDescription     = "Records: a JSON array of objects, one object, or JSON lines. Exactly one of `records` and `records_file` is needed."
	actionRecordsFileDescription = "Path of a file with records as in `records`, which is read piece by piece and may be large."

	idColumnDescription = "Property to add to every record, with a UUID that depends on the resource, the content, and how many equal records there are, so that a record that is sent again gets the same one. " +
		"With it, a lost answer of the service is cleared up by looking into the workspace; `logs_ingestion` needs `verify` for that, which names the workspace. Changing it sends nothing again."
	verifyDescription = "Looks in the workspace for the records that were sent, and warns of those that are missing or duplicated. Needs `ingest_id_column`. Of a request with more than 500 records, 500 are looked for. " +
		"Before sending it also skips records already stored by an interrupted run, as far as the workspace shows them (rows show minutes after they were accepted); to send the same records again on purpose, change `triggers`. " +
		"Of several log ingests that are created in different runs and send to one table, each needs a `records_file` or `triggers` of its own, by which such a run recognises its records. Changing it sends nothing."
	actionVerifyDescription    = "Looks in the workspace for the records that were sent, and warns of those that are missing or duplicated. Needs `ingest_id_column`. Of a request with more than 500 records, 500 are looked for."
	verifyWorkspaceDescription = "ID of the workspace to look into, a GUID. Default: the one of `data_collector`."

	replacesText     = " Changing it replaces the resource, which sends all records to the new destination."
	sendsNothingText = " Changing it sends nothing; it counts for what is sent later."

	columnNameDescription = "Name of the column."
	columnTypeDescription = "Type of the column: for the HTTP Data Collector API in KQL (`string`, `real`, `bool`, `datetime`), for the Logs Ingestion API as the stream must declare it (`string`, `long`, `real`, `boolean`, `datetime`, `dynamic`)."
)

func verifyTimeoutDescription() string {
	return fmt.Sprintf("How long to wait for the records to show, for example `90s`. Default `%s`.", defaultVerifyTimeout)
}
