"""Events become sessions, sessions get a channel, spend finds its sessions; then the journey."""
