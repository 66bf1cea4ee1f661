"""The client for asyncio, of which the blocking one in `_sync` is made."""
