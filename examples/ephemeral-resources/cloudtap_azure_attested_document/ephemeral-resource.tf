variable "nonce" {
  type        = string
  description = "Challenge from whoever wants the proof, so that an old document cannot be replayed."
}

ephemeral "cloudtap_azure_attested_document" "this" {
  nonce = var.nonce

  lifecycle {
    postcondition {
      condition     = self.subscription_id == "00000000-0000-0000-0000-000000000000"
      error_message = "This must run on a machine of the production subscription."
    }
  }
}
